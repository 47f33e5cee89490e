package dev.millrace.bench;

import java.util.List;
import java.util.Optional;

/** All contestants, in the order in which they run and are shown. */
final class Contestants {

    /**
     * Contestants that are asked for together.
     *
     * @param word what {@code --against} takes
     */
    private record Group(String word, List<Contestant> members) {
        Group(String word, Contestant... members) {
            this(word, List.of(members));
        }
    }

    /** Who is in every race. Its first gives the rows that the others are compared with, and that those load who only load. */
    private static final Group MILLRACE = new Group(
            "millrace",
            MillraceRun.of(2),
            MillraceRun.of(4),
            MillraceRun.of(2).intoNewTables(),
            MillraceRun.of(4).intoNewTables());

    private static final List<Group> GROUPS = List.of(
            MILLRACE,
            new Group(
                    "guarantees",
                    MillraceRun.of(2).withForeignKeysChecked(),
                    MillraceRun.of(2).withTransactionPerDocument(),
                    MillraceRun.of(2).andVerification()),
            new Group(
                    "coverage",
                    MillraceRun.of(2).withoutCoverage(),
                    MillraceRun.of(4).withoutCoverage()),
            new Group(
                    "heap",
                    MillraceRun.of(2).withHeap("256m"),
                    MillraceRun.of(2).withHeap("4g")),
            new Group("lxml", new LxmlCopy(2)),
            new Group("xmltable", new XmlTable(1), new XmlTable(2)),
            new Group("rows", new RowByRow(2)),
            new Group("spark", new SparkRun(2, false), new SparkRun(1, true), new SparkRun(2, true)),
            new Group("floor", FloorRun.ofFiles(2), FloorRun.ofFiles(4), FloorRun.ofTable(2)),
            new Group("ceilings", new LoadCeiling(2, false), new LoadCeiling(2, true), new ParseCeiling(2)));

    private Contestants() {}

    static List<String> words() {
        return GROUPS.stream().map(Group::word).toList();
    }

    /** Millrace and those that go by the words; all for no words. */
    @SuppressWarnings("ReferenceEquality") // it is one of the groups
    static List<Contestant> against(List<String> words) {
        return GROUPS.stream()
                .filter(group -> words.isEmpty() || group == MILLRACE || words.contains(group.word))
                .flatMap(group -> group.members.stream())
                .toList();
    }

    static Optional<Contestant> named(String name) {
        return against(List.of()).stream()
                .filter(contestant -> contestant.name().equals(name))
                .findFirst();
    }
}
