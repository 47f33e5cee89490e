package dev.millrace.processing;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.millrace.contract.TableShape;
import dev.millrace.coverage.CoverageReport;
import dev.millrace.coverage.CoverageReport.Condition;
import dev.millrace.coverage.CoverageReport.Gap;
import dev.millrace.coverage.CoverageReport.Table;
import dev.millrace.coverage.FirstMet;
import dev.millrace.coverage.PathKind;
import dev.millrace.coverage.PathState;
import dev.millrace.document.Fault;
import dev.millrace.document.FaultCode;
import dev.millrace.document.Location;
import dev.millrace.document.Reject;
import dev.millrace.document.Skips;
import dev.millrace.mapping.Collapses;
import dev.millrace.processing.RunSummary.Cells;
import dev.millrace.processing.RunSummary.Course;
import dev.millrace.processing.RunSummary.Documents;
import dev.millrace.processing.RunSummary.Job;
import dev.millrace.processing.RunSummary.Moment;
import dev.millrace.processing.RunSummary.Rejects;
import dev.millrace.processing.RunSummary.Run;
import dev.millrace.processing.RunSummary.Setup;
import dev.millrace.processing.RunSummary.Status;
import dev.millrace.processing.RunSummary.Tables;
import dev.millrace.processing.RunSummary.Times;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

class RunSummaryJsonTest {

    @Test
    void writesEveryFieldInItsPlace() {
        RunSummary summary = summary(
                Status.FINISHED,
                "",
                List.of(
                        new Reject(
                                "17",
                                new Fault(
                                        FaultCode.VALUE_TOO_LONG,
                                        "contact_base",
                                        "first_name",
                                        "@first_name",
                                        new Location(12, 31),
                                        "60 characters – expected at most 50")),
                        new Reject("18", Fault.of(FaultCode.NO_CONTENT, "NULL"))));

        assertThat(RunSummaryJson.write(summary))
                .isEqualTo(
                        "{\"version\":1,\"run_id\":\"20240501-120000-0a1b2c\",\"contract\":\"loans\",\"contract_hash\":\"0a1b\","
                                + "\"source\":\"in\",\"target\":\"jdbc:h2:mem:x\",\"dry_run\":false,\"millrace\":null,"
                                + "\"started_at\":\"2024-05-01T12:00:00Z\",\"seconds\":12.346,\"status\":\"finished\","
                                + "\"failure\":null,\"workers\":4,\"connections\":5,"
                                + "\"documents\":{\"read\":100,\"loaded\":90,\"replaced\":1,\"rejected\":2,\"skipped\":14,\"deleted\":4,\"forgotten\":9,"
                                + "\"loaded_before\":5,\"contract_changed\":3,\"rejected_earlier\":2,\"left_alone\":1,\"unselected\":6,\"unsettled\":5},"
                                + "\"not_deleted\":null,"
                                + "\"rows\":{\"app_base\":90,\"contact_base\":180},\"rows_kept\":{\"contact_base\":5},"
                                + "\"empty_tables\":[\"address\"],\"empty_columns\":{\"app_base\":[\"rate\"]},"
                                + "\"changed_by_policy\":{\"app_base\":{\"income\":{\"scale\":3}}},\"fewer_rows\":null,"
                                + COVERAGE + ",\"bytes_read\":1234567,"
                                + "\"documents_per_minute\":447.12,"
                                + "\"stages\":{\"read_wait\":0.5,\"validate\":0,\"parse\":1.25,\"map\":0,\"encode\":0,\"load\":3,"
                                + "\"commit\":0,\"constraints\":0},\"bottleneck\":\"database load\","
                                + "\"load_path\":{\"app_base\":\"copy-binary\"},\"foreign_keys\":\"implied\",\"retries\":1,"
                                + COURSE
                                + "\"rejects_by_code\":{\"no-content\":1,\"value-too-long\":1},"
                                + "\"rejects_by_table\":{\"contact_base\":{\"value-too-long\":1}},\"rejects_not_listed\":0,\"rejects\":["
                                + "{\"document\":\"17\",\"stage\":\"map\",\"code\":\"value-too-long\",\"table\":\"contact_base\","
                                + "\"column\":\"first_name\",\"path\":\"@first_name\",\"line\":12,\"column_number\":31,"
                                + "\"message\":\"60 characters – expected at most 50\"},"
                                + "{\"document\":\"18\",\"stage\":\"read\",\"code\":\"no-content\",\"table\":null,\"column\":null,"
                                + "\"path\":null,\"line\":null,\"column_number\":null,\"message\":\"NULL\"}]," + SETUP);
    }

    private static final String COURSE =
            "\"stages_by_worker\":[{\"read_wait\":0.5,\"validate\":0,\"parse\":1.25,\"map\":0,\"load_wait\":9,\"encode\":0,\"load\":3,"
                    + "\"commit\":0}],\"course\":{\"seconds\":[1.5,3],\"documents\":[40,92],\"rows\":[100,270],\"bytes\":[7,9],"
                    + "\"stages\":{\"read_wait\":[0,0],\"validate\":[0,0],\"parse\":[0.5,1.25],\"map\":[0,0],\"load_wait\":[0,0],"
                    + "\"encode\":[0,0],\"load\":[0,0],\"commit\":[0,0]}},";

    private static final String SETUP =
            "\"structure\":[{\"table\":\"app_base\",\"parent\":null,\"key\":[\"id\"],\"columns\":5,\"sets\":1,\"nested\":false,"
                    + "\"many\":false,\"refers_to\":null},{\"table\":\"contact_base\",\"parent\":\"app_base\",\"key\":[\"id\",\"no\"],"
                    + "\"columns\":3,\"sets\":2,\"nested\":false,\"many\":true,\"refers_to\":\"app_base\"}],"
                    + "\"options\":{\"--limit\":\"7\"},\"environment\":{\"Java\":\"17\"}}";

    private static final String COVERAGE =
            "\"coverage\":{\"documents\":90,\"mapped\":12,\"ignored\":0,\"unmapped\":2,\"structure\":0,\"beyond_limit\":0,"
                    + "\"gaps_not_listed\":0,\"gaps\":[{\"path\":\"/a/@b\",\"kind\":\"attribute\",\"paths\":1,\"documents\":7,"
                    + "\"occurrences\":8,\"first\":{\"document\":\"d3\",\"line\":2,\"column\":5}}],"
                    + "\"tables\":[{\"table\":\"app_base\",\"elements\":null,\"items\":95,\"empty\":3,\"duplicates\":2,\"rows\":90,"
                    + "\"conditions\":[{\"of\":\"rows\",\"set\":2,\"condition\":\"@type = \\\"x\\\"\",\"left_out\":7},"
                    + "{\"of\":\"nested\",\"set\":null,\"condition\":\"a\",\"left_out\":0}],\"conditions_untold\":1}],"
                    + "\"collapses\":[{\"table\":\"app_base\",\"column\":\"income\",\"cells\":5,\"texts\":4,\"values\":3,\"exact\":true,"
                    + "\"causes\":{\"scale\":3},\"merged\":[{\"null\":false,\"value\":null,\"texts\":2,\"cells\":3,"
                    + "\"document\":\"d4\",\"some_texts\":[]}]}],\"ignored_absent\":[]}";

    @Test
    void theCoverageAloneIsWhatItsSchemaSays() throws IOException {
        CoverageReport report =
                Objects.requireNonNull(summary(Status.FINISHED, "", List.of()).coverage());
        CoverageReport withPaths = new CoverageReport(
                report.documents(),
                report.beyond(),
                report.states(),
                List.of(new CoverageReport.Path(
                        "/a/@b", PathKind.ATTRIBUTE, PathState.UNMAPPED, 1, OptionalLong.empty(), 8, null)),
                report.gaps(),
                report.tables(),
                report.collapses());

        assertIsOfSchema(CoverageJson.write("loans", withPaths), "/dev/millrace/coverage.schema.json");
    }

    @Test
    void saysWhyARunBroke() {
        assertThat(RunSummaryJson.write(summary(Status.FAILED, "connection \"lost\"", List.of())))
                .contains("\"status\":\"failed\",\"failure\":\"connection \\\"lost\\\"\"")
                .endsWith("\"rejects\":[]," + SETUP);
    }

    @Test
    void tellsTheExitCodeWhereThereIsOne() {
        RunSummary summary = summary(Status.FINISHED, "", List.of());

        assertThat(RunSummaryJson.write(summary)).doesNotContain("exit_code");
        assertThat(RunSummaryJson.write(summary, 3)).contains("\"connections\":5,\"exit_code\":3,");
    }

    @Test
    void saysHowManyRejectsItDoesNotList() {
        assertThat(RunSummaryJson.write(summary(Status.FINISHED, "", List.of())))
                .contains("\"rejects_not_listed\":2,\"rejects\":[],");
    }

    @Test
    void isWhatItsSchemaSays() throws IOException {
        String json = RunSummaryJson.write(
                summary(
                        Status.STOPPED,
                        "stopped on request",
                        List.of(new Reject(
                                "17", Fault.of(FaultCode.NO_CONTENT, "NULL").withLocation(new Location(2, 3))))),
                1);

        assertIsOfSchema(json, "/dev/millrace/run-summary.schema.json");
    }

    private static void assertIsOfSchema(String json, String resource) throws IOException {
        String text;
        try (InputStream file = Objects.requireNonNull(RunSummary.class.getResourceAsStream(resource))) {
            text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
        Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(text, InputFormat.JSON);
        assertThat(schema.validate(json, InputFormat.JSON)).isEmpty();
        ObjectMapper mapper = new ObjectMapper();
        assertIsDescribed(mapper.readTree(json), mapper.readTree(text));
    }

    /** The schema lets later versions add keys; of this one it describes them all. */
    private static void assertIsDescribed(JsonNode value, JsonNode schema) {
        JsonNode known = schema.path("properties");
        if (value.isArray()) {
            value.forEach(item -> assertIsDescribed(item, schema.path("items")));
        } else if (value.isObject() && !known.isMissingNode()) {
            value.propertyNames().forEach(name -> {
                assertThat(known.has(name)).as(name).isTrue();
                assertIsDescribed(value.get(name), known.get(name));
            });
        }
    }

    private static RunSummary summary(Status status, String failure, List<Reject> rejects) {
        Map<String, Long> rows = new LinkedHashMap<>();
        rows.put("app_base", 90L);
        rows.put("contact_base", 180L);
        return new RunSummary(
                new Run(
                        "20240501-120000-0a1b2c",
                        new Job("loans", "0a1b", "in", "jdbc:h2:mem:x", false),
                        Instant.parse("2024-05-01T12:00:00Z"),
                        4,
                        5),
                status,
                failure,
                new Documents(100, 90, 1, 2, new Skips(5, 3, 2, 1, 6), 4, "", 9),
                new Tables(
                        rows,
                        Map.of("contact_base", 5L),
                        Map.of("app_base", "copy-binary"),
                        true,
                        new Cells(
                                List.of("address"),
                                Map.of("app_base", List.of("rate")),
                                Map.of("app_base", Map.of("income", Map.of("scale", 3L)))),
                        null),
                new Times(
                        12.34567,
                        1_234_567,
                        Map.of("read_wait", 0.5, "parse", 1.25, "load", 3.0, "load_wait", 9.0),
                        "database load",
                        1),
                new Rejects(
                        rejects,
                        new TreeMap<>(Map.of("value-too-long", 1L, "no-content", 1L)),
                        Map.of("contact_base", Map.of("value-too-long", 1L))),
                new Course(
                        List.of(Map.of("read_wait", 0.5, "parse", 1.25, "load", 3.0, "load_wait", 9.0)),
                        List.of(
                                new Moment(1.5, 40, 100, 7, Map.of("parse", 0.5)),
                                new Moment(3, 92, 270, 9, Map.of("parse", 1.25)))),
                new CoverageReport(
                        90,
                        0,
                        Map.of(PathState.MAPPED, 12L, PathState.UNMAPPED, 2L),
                        List.of(),
                        List.of(new Gap(
                                "/a/@b",
                                PathKind.ATTRIBUTE,
                                1,
                                OptionalLong.of(7),
                                8,
                                new FirstMet(3, "d3", new Location(2, 5)))),
                        List.of(new Table(
                                "app_base",
                                OptionalLong.empty(),
                                95,
                                3,
                                2,
                                90,
                                List.of(new Condition(2, "@type = \"x\"", 7), new Condition(0, "a", 0)),
                                1)),
                        List.of(new Collapses.Column(
                                "app_base",
                                "income",
                                5,
                                4,
                                3,
                                true,
                                Map.of("scale", 3L),
                                List.of(new Collapses.Merged(false, null, 2, 3, "d4", List.of()))))),
                new Setup(
                        List.of(
                                new TableShape("app_base", -1, List.of("id"), 5, 1, false, false, null),
                                new TableShape("contact_base", 0, List.of("id", "no"), 3, 2, false, true, "app_base")),
                        Map.of("--limit", "7"),
                        Map.of("Java", "17")));
    }
}
