package dev.millrace.contract;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects what is wrong with a contract while it is read, so that all of it can be told at once. */
final class Problems {

    private static final Comparator<ContractProblem> FILE_ORDER = Comparator.<ContractProblem>comparingInt(
                    problem -> problem.position().line())
            .thenComparingInt(problem -> problem.position().column());

    private final List<ContractProblem> found = new ArrayList<>();

    void error(Position at, String message) {
        add(ContractProblem.Severity.ERROR, at, message);
    }

    void warn(Position at, String message) {
        add(ContractProblem.Severity.WARNING, at, message);
    }

    boolean hasErrors() {
        return found.stream().anyMatch(problem -> problem.severity() == ContractProblem.Severity.ERROR);
    }

    /** Everything found, sorted by place; those at one place keep the order in which it was found. */
    List<ContractProblem> inFileOrder() {
        return found.stream().distinct().sorted(FILE_ORDER).toList();
    }

    private void add(ContractProblem.Severity severity, Position at, String message) {
        found.add(new ContractProblem(severity, at, message));
    }
}
