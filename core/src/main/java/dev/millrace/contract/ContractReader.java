package dev.millrace.contract;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Reads a mapping contract from YAML or JSON, checks it whole, and compiles its paths. */
public final class ContractReader {

    private ContractReader() {}

    /**
     * A contract without errors, and the warnings about it.
     *
     * @param contract the contract
     * @param warnings in file order
     */
    public record Result(MappingContract contract, List<ContractProblem> warnings) {

        public Result {
            warnings = List.copyOf(warnings);
        }
    }

    /**
     * @throws IOException when the file cannot be read
     * @throws ContractException when it is no contract, with every problem in it
     */
    public static Result read(Path file) throws IOException, ContractException {
        throw new IllegalStateException("spine");
    }

    /** Like {@link #read(Path)}; {@code name} stands for the file in positions. */
    public static Result read(String text, String name) throws ContractException {
        throw new IllegalStateException("spine");
    }
}
