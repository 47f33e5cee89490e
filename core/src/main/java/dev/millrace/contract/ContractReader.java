package dev.millrace.contract;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * Reads a mapping contract from YAML or JSON, checks it whole, and compiles its paths. The way through: {@code YamlText}
 * makes nodes, {@code ContractOutline} finds keys and kinds, {@code ContractLinker} finds what they mean together.
 */
public final class ContractReader {

    private static final String BYTE_ORDER_MARK = "\uFEFF";

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
        String name = file.toString();
        if (Files.size(file) > YamlText.MAX_BYTES) {
            throw broken(
                    name,
                    1,
                    1,
                    "the file has " + Files.size(file) + " bytes; a contract may have " + YamlText.MAX_BYTES);
        }
        return read(decode(Files.readAllBytes(file), name), name, ledger);
    }

    /** Like {@link #read(Path)}; {@code name} stands for the file in positions. */
    public static Result read(String text, String name) throws ContractException {
        return read(text, name, LedgerNames.DEFAULT);
    }

    /** Like {@link #read(Path, LedgerNames)}; {@code name} stands for the file in positions. */
    public static Result read(String text, String name, LedgerNames ledger) throws ContractException {
        Problems problems = new Problems();
        String bare = text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
        ContractOutline outline = outline(bare, name, ledger, problems);
        MappingContract contract = outline == null ? null : ContractLinker.link(outline, bare, problems);
        if (contract == null) {
            throw new ContractException(problems.inFileOrder());
        }
        return new Result(contract, problems.inFileOrder());
    }

    /** The structure alone: what the JSON Schema can judge too. Null when there is none. */
    static @Nullable ContractOutline outline(String text, String name, LedgerNames ledger, Problems problems) {
        YamlText source = new YamlText(text, name);
        Node root = source.root(problems);
        Section top = root == null ? null : Section.top(root, source, problems, ContractOutline.KEYS);
        return top == null ? null : new ContractOutline(top, ledger);
    }

    private static String decode(byte[] bytes, String name) throws ContractException {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        CoderResult result = decoder.decode(in, out, true);
        out.flip();
        if (result.isError()) {
            String good = out.toString();
            int line = (int) good.chars().filter(c -> c == '\n').count() + 1;
            int lineStart = good.lastIndexOf('\n') + 1;
            int column = good.codePointCount(lineStart, good.length()) + 1;
            throw broken(
                    name,
                    line,
                    column,
                    String.format(
                            "the byte 0x%02X is not UTF-8 here; save the file as UTF-8", bytes[in.position()] & 0xFF));
        }
        return out.toString();
    }

    private static ContractException broken(String name, int line, int column, String message) {
        Position at = new Position(name, line, column);
        return new ContractException(List.of(new ContractProblem(ContractProblem.Severity.ERROR, at, message)));
    }
}
