package dev.millrace.cli;

import dev.millrace.contract.ContractException;
import dev.millrace.contract.ContractProblem;
import dev.millrace.contract.ContractReader;
import dev.millrace.contract.MappingContract;
import java.io.IOException;
import java.nio.file.Path;

/** A contract named on the command line. */
final class ContractFile {

    private ContractFile() {}

    /** The contract; its warnings go to {@code err}, its errors into the exception, a line each. */
    static MappingContract read(Path file, Console console) throws UsageException {
        ContractReader.Result result = readQuietly(file);
        for (ContractProblem warning : result.warnings()) {
            console.err().println(warning);
        }
        return result.contract();
    }

    static ContractReader.Result readQuietly(Path file) throws UsageException {
        try {
            return ContractReader.read(file);
        } catch (IOException e) {
            throw new UsageException(Messages.unreadable(file, e));
        } catch (ContractException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }
}
