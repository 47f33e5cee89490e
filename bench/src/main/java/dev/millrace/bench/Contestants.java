package dev.millrace.bench;

import java.util.List;

/** All contestants, in the order in which they run and are shown. */
final class Contestants {

    /** The first that loads gives the rows that the others are compared with, and that those load who only load. */
    static final List<Contestant> ALL = List.of(
            new MillraceRun(2, false),
            new MillraceRun(4, false),
            new MillraceRun(2, true),
            new MillraceRun(4, true),
            new MillraceRun(2, false, 1),
            new LxmlCopy(2),
            new XmlTable(1),
            new XmlTable(2),
            new RowByRow(2),
            new FloorRun(2),
            new FloorRun(4),
            new LoadCeiling(2, false),
            new LoadCeiling(2, true),
            new ParseCeiling(2));

    private Contestants() {}

    /** The contestants of these names, or all for no names. */
    static List<Contestant> named(List<String> names) {
        return ALL.stream()
                .filter(contestant -> names.isEmpty() || names.contains(contestant.name()))
                .toList();
    }
}
