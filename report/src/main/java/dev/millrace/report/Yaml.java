package dev.millrace.report;

import java.util.Map;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/** Maps, lists, texts, numbers and truth values as YAML. */
final class Yaml {

    private Yaml() {}

    static String of(String comment, Map<String, Object> top) {
        DumpSettings settings = DumpSettings.builder()
                .setDefaultFlowStyle(FlowStyle.BLOCK)
                .setIndent(2)
                .setIndicatorIndent(2)
                .setIndentWithIndicator(true)
                .setWidth(120)
                .setSplitLines(false)
                .build();
        return comment.lines().map(line -> "# " + line + "\n").reduce("", String::concat)
                + new Dump(settings).dumpToString(top);
    }
}
