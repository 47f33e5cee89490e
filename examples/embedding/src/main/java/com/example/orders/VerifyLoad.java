package com.example.orders;

import dev.millrace.contract.MappingContract;
import dev.millrace.database.TargetException;
import dev.millrace.dialect.Database;
import dev.millrace.processing.RunOptions.From;
import dev.millrace.source.SourceException;
import dev.millrace.verification.VerificationException;
import dev.millrace.verification.VerificationReport;
import dev.millrace.verification.Verifier;
import dev.millrace.verification.VerifyOptions;

/** Maps the source again and compares every row with the tables. */
public final class VerifyLoad {

    private VerifyLoad() {}

    public static VerificationReport verify(MappingContract contract, String files, Database database)
            throws SourceException, TargetException, VerificationException {
        return new Verifier(contract, VerifyOptions.of(From.files(files), database)).run();
    }
}
