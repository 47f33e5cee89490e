package dev.millrace.reference;

import dev.millrace.reference.ReferenceContract.FilterRule;
import dev.millrace.reference.ReferenceContract.Mapping;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Where values come from, as XPath over the record's element. What several columns share becomes a {@code let}, in the order
 * in which it is first asked for.
 *
 * <p>The original system looks at a document in two ways. Most values come from the <em>last</em> element of an absolute
 * path, namespaces left aside, attribute names of any case. What belongs to contacts is read from the elements themselves:
 * namespaces count there, and in some places the case of attribute names does too.
 */
final class Sources {

    /** Texts that history and the other row makers take as no value. */
    private static final String UNUSABLE = "('', 'null', 'none')";

    private final ReferenceContract contract;
    private final Map<String, String> lets = new LinkedHashMap<>();
    private final Map<String, String> namesByKey = new LinkedHashMap<>();
    private final Set<String> taken = new HashSet<>();

    Sources(ReferenceContract contract) {
        this.contract = contract;
        // A let and a column of the same name exclude each other.
        contract.mappings().forEach(mapping -> taken.add(mapping.column()));
        taken.addAll(RowMakers.COLUMNS);
        taken.add("record");
    }

    /** Name to XPath, in an order in which each uses only those before it. */
    Map<String, String> lets() {
        return lets;
    }

    /** {@code $name} for an expression; the same for the same expression. */
    private String let(String name, String xpath) {
        String known = namesByKey.get(xpath);
        if (known == null) {
            known = name;
            for (int i = 2; !taken.add(known); i++) {
                known = name + "_" + i;
            }
            namesByKey.put(xpath, known);
            lets.put(known, xpath);
        }
        return "$" + known;
    }

    /** The last element of an absolute path, as a variable. */
    String element(String path) {
        String[] segments = path.substring(1).split("/");
        String steps = steps(path, "*:");
        String last = segments.length < 3
                ? ReferenceContract.lower(segments[segments.length - 1])
                : segments[segments.length - 1];
        return let(
                taken.contains(last) ? last + "_element" : last,
                segments.length == 1 ? steps : "(" + steps + ")[last()]");
    }

    private static String steps(String path, String namespace) {
        String[] segments = path.substring(1).split("/");
        StringBuilder steps = new StringBuilder("self::" + namespace + segments[0]);
        for (int i = 1; i < segments.length; i++) {
            steps.append('/').append(namespace).append(segments[i]);
        }
        return steps.toString();
    }

    /** The application elements of any number. */
    static String applications(String name) {
        return steps(requestPath() + "/CustData/" + name, "*:");
    }

    static String requestPath() {
        return "/Provenir/Request";
    }

    String applicationPath() {
        return requestPath() + "/CustData/" + contract.applicationElement();
    }

    /** The document's id, trimmed. */
    String id() {
        return let("id", "normalize-space(" + element(requestPath()) + "/@*:ID)");
    }

    /** An attribute, whatever its namespace and case. */
    static String flat(String element, String attribute) {
        return element + "/@*:" + attribute;
    }

    /** An attribute of exactly this name, whatever its namespace. */
    static String exactFlat(String element, String attribute) {
        return element + "/@*[local-name() = '" + attribute + "']";
    }

    /** An attribute of exactly this name. */
    static String exact(String attribute) {
        return "@*[name() = '" + attribute + "']";
    }

    static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    static String list(List<String> texts) {
        return texts.stream().map(Sources::quoted).collect(Collectors.joining(", ", "(", ")"));
    }

    /** Whether a text is there, and is not one of the words for nothing. */
    static String isUsable(String node) {
        return "not(lower-case(normalize-space(" + node + ")) = " + UNUSABLE + ")";
    }

    private FilterRule contactRule() {
        return Objects.requireNonNull(contract.contact(), "checked when read");
    }

    private FilterRule addressRule() {
        return Objects.requireNonNull(contract.address(), "checked when read");
    }

    /** The name of the contacts' elements, as the relationships tell it: so it is for what is found through a contact. */
    private String contactElement() {
        return contract.elements()
                .getOrDefault("app_contact_base", contactRule().element());
    }

    private String addressElement() {
        return contract.elements()
                .getOrDefault("app_contact_address", addressRule().element());
    }

    /** The contact that expressions know as {@code contact}, where no element has that name. */
    String primaryContact() {
        FilterRule rule = contactRule();
        String rows = let("contact_rows", contactRows());
        return let(
                "primary_contact",
                "(" + rows + "[" + exact(rule.typeAttribute()) + " = "
                        + quoted(rule.types().get(0)) + "], " + rows + ")[1]");
    }

    /** Whether a mapping's values are found through a contact that its types name. */
    static boolean isOfContact(Mapping mapping) {
        return mapping.has("last_valid_pr_contact")
                || mapping.has("last_valid_sec_contact")
                || mapping.has("authu_contact");
    }

    /** Contacts that may become rows: with an id, a role and something that tells who it is. */
    String validContacts() {
        FilterRule rule = contactRule();
        return let(
                "valid_contacts",
                "//" + rule.element() + "[normalize-space(" + exact("con_id") + ") and normalize-space("
                        + exact(rule.typeAttribute()) + ") = " + list(rule.types()) + " and ("
                        + List.of("birth_date", "first_name", "last_name", "ssn").stream()
                                .map(attribute -> "normalize-space(" + exact(attribute) + ")")
                                .collect(Collectors.joining(" or "))
                        + ")]");
    }

    /** One contact for each id: the last of the first role. */
    String contactRows() {
        FilterRule rule = contactRule();
        return "for $id_text in distinct-values(" + validContacts() + "/normalize-space(@con_id)) return (for $role in "
                + list(rule.types()) + " return " + validContacts()
                + "[normalize-space(@con_id) = $id_text and normalize-space(@"
                + rule.typeAttribute() + ") = $role][last()])[1]";
    }

    /**
     * The addresses or employments of contacts. Of contacts that agree in all required attributes the last one counts, at the
     * place of the first, which decides between rows of one key.
     */
    String childRows(FilterRule rule) {
        FilterRule parent = contactRule();
        String contacts = let("listed_contacts", steps(parent.path(), "") + required(parent));
        String same = parent.required().stream()
                .map(attribute -> "@" + attribute + " = $one/@" + attribute)
                .collect(Collectors.joining(" and "));
        String kept = let(
                "filtered_contacts",
                "for $one in " + contacts + " return if (" + contacts + "[. << $one][" + same + "]) then () else "
                        + contacts + "[" + same + "][last()]");
        // A step would bring the contacts back into the order of the document.
        return kept + "[@con_id = " + validContacts() + "/normalize-space(@con_id)] ! " + rule.element()
                + required(rule);
    }

    private static String required(FilterRule rule) {
        StringBuilder predicates = new StringBuilder();
        rule.present().forEach(attribute -> predicates.append("[" + exact(attribute) + " != '']"));
        rule.lists()
                .forEach((attribute, values) -> predicates.append("[lower-case(" + exact(attribute) + ") = "
                        + list(values.stream().map(ReferenceContract::lower).toList()) + "]"));
        return predicates.toString();
    }

    /** The attribute of {@code last_valid_pr_contact} and its kin. */
    String ofContact(Mapping mapping) {
        boolean primary = mapping.has("last_valid_pr_contact");
        boolean authorised = !primary && mapping.has("authu_contact");
        FilterRule rule = contactRule();
        String role = rule.types().get(primary ? 0 : 1);
        String name = role.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "_");
        String all = "//" + (authorised ? "contact" : contactElement()) + "[" + exact(rule.typeAttribute()) + " = "
                + quoted(role) + "]" + (authorised ? "" : "[normalize-space(" + exact("con_id") + ")]");
        String contacts = let(authorised ? "all_" + name : name + "_contacts", all);
        String contact = let("last_" + contacts.substring(1).replaceFirst("s$", ""), contacts + "[last()]");
        String attribute = exact(mapping.attribute());
        String found = "";
        if (!authorised && contract.address() != null && mapping.path().contains(addressElement())) {
            String addresses = let(contact.substring(1) + "_addresses", contact + "//" + addressElement());
            String preferred = let(
                    addresses.substring(1) + "_preferred",
                    "(if (" + addresses + "[" + isPreferred() + "]) then " + addresses + "[" + isPreferred() + "] else "
                            + addresses + ")");
            found = preferred + "[" + attribute + " != ''][1], " + preferred + "[last()]";
        } else if (mapping.path().contains("app_prod_bcard") && (primary || authorised)) {
            found = let(contact.substring(1) + "_card", "(" + contact + "//app_prod_bcard)[last()]");
        }
        if (primary && mapping.table().equals("app_historical_lookup")) {
            String history = "(" + contacts + "/" + attribute + "[" + isUsable(".") + "])[last()]";
            return found.isEmpty()
                    ? history
                    : "(if ((" + found + ")) then (" + found + ")[1]/" + attribute + " else " + history + ")";
        }
        return found.isEmpty() ? contact + "/" + attribute : "(" + found + ", " + contact + ")[1]/" + attribute;
    }

    private String isPreferred() {
        FilterRule rule = addressRule();
        return exact(rule.typeAttribute()) + " = " + quoted(rule.types().get(0));
    }

    /** The last current address of the contact that the row is made of. */
    String currentAddress(Mapping mapping) {
        return "(for $one in . return (//contact[" + exact("con_id") + " = $one/@con_id])[last()])/contact_address["
                + isPreferred() + "][last()]/" + exact(mapping.attribute());
    }
}
