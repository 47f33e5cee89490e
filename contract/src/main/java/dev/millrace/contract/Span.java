package dev.millrace.contract;

import org.apiguardian.api.API;

/**
 * A piece of a contract's text.
 *
 * @param start where it begins, in chars of {@link ContractText#text()} from 0
 * @param end where it ends, exclusive; equal to {@code start} for a value that is not written, as in {@code key:}
 * @param from the line and the column of {@code start}, as problems name them
 * @param to the line and the column of {@code end}
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public record Span(int start, int end, Position from, Position to) {}
