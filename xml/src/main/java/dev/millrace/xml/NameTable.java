package dev.millrace.xml;

import dev.millrace.document.Fault;
import dev.millrace.document.FaultCode;
import dev.millrace.document.FaultException;
import dev.millrace.xml.Automaton.Entry;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The names that a scanner has met, found by their bytes: a name is checked and decoded when it comes for the first time, and
 * costs one look afterwards. Owned by one scanner; not thread-safe.
 */
final class NameTable {

    /** More distinct names than sane documents have; beyond, all are forgotten. */
    private static final int MOST = 1 << 12;

    static final String XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace";

    /** A namespace prefix and what it is bound to right now. The empty one stands for the default namespace. */
    static final class Prefix {

        final String name;

        /** The namespace in scope, null for none. */
        @Nullable
        String namespace;

        private Prefix(String name, @Nullable String namespace) {
            this.name = name;
            this.namespace = namespace;
        }
    }

    /** A qualified name as it is written. */
    static final class Symbol {

        /** Bytes of the name. */
        final int length;

        final Prefix prefix;
        final String local;

        /** The prefix that an attribute of this name declares; null if it is no declaration. */
        final @Nullable Prefix declared;

        /** Whether an attribute of this name is neither a declaration nor in a namespace. */
        final boolean plain;

        /** The number of the last start tag that had an attribute of this name. */
        long lastTag = -1;

        /** The name in eight bytes each, the last one filled up with zeros. */
        private final long[] words;

        /** Its first eight bytes; with the last eight, all of most names, without going to the array. */
        private final long head;

        private final long tail;
        private final int tailAt;

        /** The bits of head and tail that are the name's: all, unless it is shorter than them. */
        private final long used;

        /** The name that came after this one the last time: documents repeat themselves, and mostly a look suffices. */
        private @Nullable Symbol next;

        private String namespace = "";
        private @Nullable Entry entry;

        /** Start tags of elements of this name, where a {@link TagTeller} tells them. */
        TagTeller.@Nullable Form form;

        private Symbol(byte[] name, Prefix prefix, String local, @Nullable Prefix declared) {
            length = name.length;
            words = new long[length / Long.BYTES + 1];
            Arrays.setAll(words, i -> EightBytes.at(name, i * Long.BYTES));
            head = words[0];
            tailAt = Math.max(0, length - Long.BYTES);
            tail = EightBytes.at(name, tailAt);
            used = length < Long.BYTES ? (1L << length * Byte.SIZE) - 1 : -1;
            this.prefix = prefix;
            this.local = local;
            this.declared = declared;
            plain = prefix.name.isEmpty() && declared == null;
        }

        /** What the automaton knows of this name in a namespace. */
        Entry entry(Automaton automaton, String inNamespace) {
            Entry known = entry;
            if (known == null || !namespace.equals(inNamespace)) {
                known = automaton.entry(inNamespace, prefix.name, local);
                entry = known;
                namespace = inNamespace;
            }
            return known;
        }

        /** Whether the bytes from an index on begin with this name. */
        boolean begins(byte[] bytes, int from) {
            long differing = (EightBytes.at(bytes, from) ^ head) | (EightBytes.at(bytes, from + tailAt) ^ tail);
            return (differing & used) == 0 && (length <= 2 * Long.BYTES || hasMiddle(bytes, from));
        }

        private boolean isAt(byte[] bytes, int from) {
            return begins(bytes, from) && EightBytes.endsName(EightBytes.byteAt(bytes, from + length));
        }

        private boolean hasMiddle(byte[] bytes, int from) {
            for (int at = Long.BYTES; at < tailAt; at += Long.BYTES) {
                if (words[at / Long.BYTES] != EightBytes.at(bytes, from + at)) {
                    return false;
                }
            }
            return true;
        }
    }

    private final int longest;

    /** Odd, and random: a document cannot be written so that its names collide. */
    private final long multiplier = ThreadLocalRandom.current().nextLong() | 1;

    private final Map<String, Prefix> prefixes = new HashMap<>();
    private final Prefix noPrefix = new Prefix("", "");
    private @Nullable Symbol[] slots = new Symbol[256];

    private Symbol last = before();
    private int count;

    /** @param longest characters of a local name or a prefix */
    NameTable(int longest) {
        this.longest = longest;
        prefixes.put("", noPrefix);
        prefixes.put("xml", new Prefix("xml", XML_NAMESPACE));
        // May be declared by nobody, and belongs to declarations alone.
        prefixes.put("xmlns", new Prefix("xmlns", null));
    }

    /** Forgets names, if they have become many. What is in use stays usable, and so do the prefixes in scope. */
    void forgetMany() {
        if (count > MOST) {
            for (Symbol symbol : slots) {
                if (symbol != null) {
                    // Or else one that is in use would hold all others.
                    symbol.next = null;
                }
            }
            slots = new Symbol[256];
            last = before();
            count = 0;
            prefixes.values().removeIf(prefix -> prefix.namespace == null && !prefix.name.equals("xmlns"));
        }
    }

    /**
     * The name that begins at an index.
     *
     * @throws FaultException without a place, when there is none, or it is too long
     */
    Symbol at(byte[] bytes, int from) throws FaultException {
        Symbol expected = last.next;
        if (expected != null && expected.isAt(bytes, from)) {
            last = expected;
            return expected;
        }
        return lookUp(bytes, from);
    }

    private Symbol lookUp(byte[] bytes, int from) throws FaultException {
        long hash = 0;
        int at = from;
        long word = EightBytes.at(bytes, at);
        long ends = EightBytes.endsOfName(word);
        while (ends == 0) {
            hash = mixed(hash, word);
            at += Long.BYTES;
            word = EightBytes.at(bytes, at);
            ends = EightBytes.endsOfName(word);
        }
        // The lowest bit below the mark, and all bits below that one: the bytes before the end.
        hash = mixed(hash, word & (ends & -ends) - 1 >>> 7);
        int length = at - from + EightBytes.first(ends);
        int mask = slots.length - 1;
        int slot = (int) hash & mask;
        for (Symbol known = slots[slot]; known != null; known = slots[slot]) {
            if (known.length == length && known.begins(bytes, from)) {
                follow(known);
                return known;
            }
            slot = slot + 1 & mask;
        }
        return add(Arrays.copyOfRange(bytes, from, from + length), slot);
    }

    private long mixed(long hash, long word) {
        long product = (hash ^ word) * multiplier;
        return product ^ product >>> 32;
    }

    private void follow(Symbol symbol) {
        last.next = symbol;
        last = symbol;
    }

    /** What stands before the first name. */
    private Symbol before() {
        return new Symbol(new byte[0], noPrefix, "", null);
    }

    private Symbol add(byte[] name, int slot) throws FaultException {
        Symbol added = symbol(name);
        slots[slot] = added;
        follow(added);
        if (++count > slots.length / 2) {
            grow();
        }
        return added;
    }

    private void grow() {
        @Nullable Symbol[] known = slots;
        slots = new Symbol[known.length * 2];
        int mask = slots.length - 1;
        for (Symbol symbol : known) {
            if (symbol != null) {
                long hash = 0;
                for (long word : symbol.words) {
                    hash = mixed(hash, word);
                }
                int slot = (int) hash & mask;
                while (slots[slot] != null) {
                    slot = slot + 1 & mask;
                }
                slots[slot] = symbol;
            }
        }
    }

    private Symbol symbol(byte[] name) throws FaultException {
        if (Utf8.firstMalformed(name, 0) >= 0) {
            throw new FaultException(XmlText.notOf(StandardCharsets.UTF_8, null));
        }
        String qualified = new String(name, StandardCharsets.UTF_8);
        int colon = qualified.indexOf(':');
        String prefix = colon < 0 ? "" : qualified.substring(0, colon);
        String local = qualified.substring(colon + 1);
        checkLength(prefix);
        checkLength(local);
        if (colon >= 0) {
            checkPart(prefix);
        }
        checkPart(local);
        Prefix declared = prefix.equals("xmlns") ? prefix(local) : qualified.equals("xmlns") ? noPrefix : null;
        return new Symbol(name, prefix(prefix), local, declared);
    }

    private void checkLength(String part) throws FaultException {
        if (part.length() > longest) {
            throw TreeBuilder.beyond(FaultCode.NAME_TOO_LONG, "a name has", part.length(), longest, "characters");
        }
    }

    /** A name without a colon (Namespaces in XML, §4). */
    private static void checkPart(String part) throws FaultException {
        if (!NameCharacters.areName(part)) {
            throw new FaultException(Fault.of(
                    FaultCode.NOT_WELL_FORMED,
                    "a name was expected here: letters, digits, '.', '-' and '_', beginning with a letter or '_', with"
                            + " at most one ':' inside"));
        }
    }

    private Prefix prefix(String name) {
        return prefixes.computeIfAbsent(name, unbound -> new Prefix(unbound, null));
    }
}
