package dev.millrace.contract;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Reads a mapping contract from YAML or JSON, checks it whole, and compiles its paths. The way through:
 * {@link ContractText} is parsed once, {@code ContractOutline} finds keys and kinds, {@code ContractLinker} finds what they mean together.
 */
@API(status = API.Status.STABLE, since = "0.1")
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
     * Reads a file, which must be UTF-8.
     *
     * @throws IOException when the file cannot be read
     * @throws ContractException when it is no contract, with every problem in it
     */
    public static Result read(Path file) throws IOException, ContractException {
        return read(file, LedgerNames.DEFAULT);
    }

    /** As the other; {@code ledger} counts more than what the file says of it. */
    public static Result read(Path file, LedgerNames ledger) throws IOException, ContractException {
        return read(ContractText.read(file), ledger);
    }

    /** Like {@link #read(Path)}; {@code name} stands for the file in positions. */
    public static Result read(String text, String name) throws ContractException {
        return read(text, name, LedgerNames.DEFAULT);
    }

    /** Like {@link #read(Path, LedgerNames)}; {@code name} stands for the file in positions. */
    public static Result read(String text, String name, LedgerNames ledger) throws ContractException {
        return read(ContractText.of(text, name), ledger);
    }

    /**
     * Compiles a contract that was read or edited.
     *
     * @param ledger counts more than what the contract says of it
     * @throws ContractException when it is no contract, with every problem in it
     */
    public static Result read(ContractText text, LedgerNames ledger) throws ContractException {
        Problems problems = new Problems();
        ContractOutline outline = outline(text, ledger, problems);
        MappingContract contract = outline == null
                ? null
                : ContractLinker.link(
                        outline, text.text().substring(text.lines().start()), problems);
        if (contract == null) {
            throw new ContractException(problems.inFileOrder());
        }
        return new Result(contract, problems.inFileOrder());
    }

    /** The structure alone: what the JSON Schema can judge too. Null when there is none. */
    static @Nullable ContractOutline outline(ContractText text, LedgerNames ledger, Problems problems) {
        Section top = Section.top(text.composed(), text.source(), problems, ContractOutline.KEYS);
        return top == null ? null : new ContractOutline(top, ledger);
    }
}
