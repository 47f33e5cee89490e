package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Checkout;
import dev.millrace.contract.ColumnMapping;
import dev.millrace.contract.ColumnMapping.Path;
import dev.millrace.contract.ContractReader;
import dev.millrace.contract.ContractText;
import dev.millrace.contract.LedgerNames;
import dev.millrace.contract.MappingContract;
import dev.millrace.contract.SqlType;
import dev.millrace.contract.TableMapping;
import dev.millrace.contract.TypeChange;
import dev.millrace.discovery.Discovery;
import dev.millrace.discovery.DraftOptions;
import dev.millrace.document.Document;
import dev.millrace.samples.SampleApplications;
import dev.millrace.samples.SampleApplications.Settings;
import dev.millrace.samples.SampleApplications.Size;
import dev.millrace.source.DocumentSource;
import dev.millrace.summary.PathSummary;
import dev.millrace.workers.Stop;
import dev.millrace.xml.XmlLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What a person has mapped of the loan applications is in the draft that documents alone make of them. */
class LoanDraftTest {

    private static final int DOCUMENTS = 5_000;

    private static final Pattern PLAIN = Pattern.compile("[\\w@/.-]+");
    private static final Pattern PREDICATE = Pattern.compile("\\[[^\\]]*\\]");

    @Test
    void theDraftHasEachColumnOfTheExampleThatIsAPlainPath() throws Exception {
        Map<String, Optional<SqlType>> wanted =
                columns(read(ContractText.read(Checkout.TOP.resolve("examples/loan-applications/contract.yaml"))));
        Map<String, Optional<SqlType>> drafted = columns(read(draft()));

        assertThat(wanted).hasSizeGreaterThan(25);
        assertThat(drafted.keySet()).containsAll(wanted.keySet());
        List<String> narrower = new ArrayList<>();
        wanted.forEach((path, type) -> {
            if (type.isPresent()) {
                SqlType its = drafted.getOrDefault(path, Optional.empty()).orElseThrow();
                String lost = TypeChange.between(type.get(), its).lost();
                // No document has a fraction of a second, so none of them tells that there can be one.
                if (!lost.isEmpty() && !lost.equals("fractions of a second")) {
                    narrower.add(path + ": " + type.get() + " → " + its + " – " + lost);
                }
            }
        });
        assertThat(narrower).isEmpty();
    }

    private static ContractText draft() throws Exception {
        SampleApplications samples = new SampleApplications(Settings.of(42, Size.SMALL));
        Iterable<Document> documents = () -> LongStream.rangeClosed(1, DOCUMENTS)
                .mapToObj(n -> Document.ofBytes(Long.toString(n), samples.document(n), "samples"))
                .iterator();
        Discovery discovery = new Discovery(
                List.of(large -> DocumentSource.of("samples", documents)),
                DraftOptions.of("loans"),
                XmlLimits.forWorkers(2),
                2,
                PathSummary.MOST_PATHS,
                new Stop());
        return discovery
                .draft(discovery.summarize(document -> {}), document -> {})
                .contract();
    }

    private static MappingContract read(ContractText text) throws Exception {
        return ContractReader.read(text, LedgerNames.DEFAULT).contract();
    }

    /** The type of each plain path from the document; none of columns with code tables, whose values are others. */
    private static Map<String, Optional<SqlType>> columns(MappingContract contract) {
        Map<String, Optional<SqlType>> types = new TreeMap<>();
        List<String> bases = new ArrayList<>();
        String record = contract.document().record().isDocumentElement() ? "/Provenir" : "/Provenir/Request";
        for (TableMapping table : contract.tables()) {
            String base = table.parent() < 0 ? record : bases.get(table.parent());
            TableMapping.RowSet set = table.rows().sets().get(0);
            String step = set.rows() == null
                    ? ""
                    : PREDICATE.matcher(set.rows().text()).replaceAll("");
            base = step.isEmpty() || step.startsWith("self::") ? base : base + "/" + step;
            bases.add(base);
            for (int i = 0; i < table.columns().size(); i++) {
                ColumnMapping mapping = set.columns().get(i);
                if (mapping != null && mapping.source() instanceof Path path) {
                    String its = base + "/" + path.expression().text();
                    if (PLAIN.matcher(its).matches()) {
                        boolean coded = mapping.text().codes() != null;
                        SqlType type = table.columns().get(i).type();
                        types.put(its, coded ? Optional.empty() : Optional.of(type));
                    }
                }
            }
        }
        return types;
    }
}
