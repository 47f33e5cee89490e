package dev.millrace.database;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256 in the two forms that the ledger keeps. */
final class Hashes {
    private Hashes() {}

    static long first8(byte[] bytes) {
        return ByteBuffer.wrap(sha256(bytes)).getLong();
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
