package dev.millrace.cli;

import dev.millrace.contract.ContractException;
import dev.millrace.contract.ContractProblem;
import dev.millrace.contract.ContractReader;
import dev.millrace.contract.LedgerNames;
import dev.millrace.contract.MappingContract;
import java.io.IOException;
import java.nio.file.Path;

/** A contract named on the command line. */
final class ContractFile {

    private ContractFile() {}

    /** The same, for a contract that is used without a ledger. */
    static MappingContract read(Path file, Console console) throws UsageException {
        return read(file, LedgerNames.DEFAULT, console);
    }

    /**
     * Reads a contract. Its warnings go to {@code err}, its errors into the exception, one on each line.
     *
     * @param ledger overrides what the contract says about its ledger
     */
    static MappingContract read(Path file, LedgerNames ledger, Console console) throws UsageException {
        ContractReader.Result result = readQuietly(file, ledger);
        for (ContractProblem warning : result.warnings()) {
            console.err().println(warning);
        }
        return result.contract();
    }

    static ContractReader.Result readQuietly(Path file) throws UsageException {
        return readQuietly(file, LedgerNames.DEFAULT);
    }

    /** The same, with its warnings left to who asks. */
    static ContractReader.Result readQuietly(Path file, LedgerNames ledger) throws UsageException {
        try {
            return ContractReader.read(file, ledger);
        } catch (IOException e) {
            throw new UsageException(Messages.unreadable(file, e));
        } catch (ContractException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }
}
