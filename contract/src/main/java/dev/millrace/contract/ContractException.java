package dev.millrace.contract;

import java.util.List;
import java.util.stream.Collectors;
import org.apiguardian.api.API;

/** A contract with errors: all of them at once. */
@API(status = API.Status.STABLE, since = "0.1")
public final class ContractException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient List<ContractProblem> problems;

    /** @param problems every problem found, warnings included, in file order; at least one error */
    public ContractException(List<ContractProblem> problems) {
        super(problems.stream().map(ContractProblem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    public List<ContractProblem> problems() {
        return problems;
    }
}
