package dev.millrace.cli;

import dev.millrace.report.Amounts;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "man",
        description =
                "Prints the man page of millrace or of one of its commands, or writes all of them into a directory.",
        customSynopsis = "millrace man [COMMAND | --to DIR]",
        sortOptions = false,
        footer = {"", "Example:", "  millrace man run | man -l -", "  millrace man --to ~/.local/share/man/man1"})
final class ManCommand implements Callable<Integer> {

    private final Console console;

    @Parameters(arity = "0..1", paramLabel = "COMMAND", description = "Which command (millrace itself).")
    private @Nullable String command;

    @Option(
            names = "--to",
            paramLabel = "DIR",
            description = "Write the pages of all commands into this directory, which is created if it is not there.")
    private @Nullable String directory;

    ManCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws UsageException {
        CommandLine all = Main.withAllCommands(console);
        if (directory == null) {
            console.out().print(ManPage.of(asked(all)));
        } else if (command == null) {
            writeAll(all, OutputFile.of("--to", directory));
        } else {
            throw new UsageException(
                    "--to: writes the pages of all commands – leave out " + DatabaseUrl.shown(command) + ", or --to");
        }
        return ExitCode.OK;
    }

    private CommandSpec asked(CommandLine all) throws UsageException {
        if (command == null || command.equals(Main.NAME)) {
            return all.getCommandSpec();
        }
        CommandLine one = all.getSubcommands().get(command);
        if (one == null) {
            throw new UsageException("man: " + Main.unknownCommand(command));
        }
        return one.getCommandSpec();
    }

    private void writeAll(CommandLine all, Path folder) throws UsageException {
        createDirectories(folder);
        List<CommandSpec> commands = new ArrayList<>(List.of(all.getCommandSpec()));
        for (Map.Entry<String, CommandLine> one : all.getSubcommands().entrySet()) {
            commands.add(one.getValue().getCommandSpec());
        }
        for (CommandSpec one : commands) {
            Path file = folder.resolve(ManPage.name(one) + "." + ManPage.SECTION);
            boolean isNew = !Files.exists(file);
            OutputFile.write("--to", file, ManPage.of(one));
            if (isNew) {
                openToAll(file, "rw-r--r--");
            }
        }
        console.out().println(Amounts.count(commands.size(), "man page") + " in " + folder);
    }

    private static void createDirectories(Path folder) throws UsageException {
        List<Path> missing = new ArrayList<>();
        Path there = folder.toAbsolutePath();
        while (there != null && !Files.exists(there)) {
            missing.add(there);
            there = there.getParent();
        }
        if (there != null && !Files.isDirectory(there)) {
            throw new UsageException("--to: " + there + " is a file – expected a directory");
        }
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UsageException("--to: the directory " + folder + " cannot be made – " + reason(e));
        }
        missing.forEach(one -> openToAll(one, "rwxr-xr-x"));
    }

    private static String reason(IOException fault) {
        if (fault instanceof AccessDeniedException) {
            return "no permission";
        }
        return fault instanceof FileSystemException system && system.getReason() != null
                ? system.getReason()
                : fault.getClass().getSimpleName();
    }

    /** Other files are for their owner alone, as they hold documents; manuals are for every user of a machine. */
    private static void openToAll(Path file, String rights) {
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        if (view == null) {
            return;
        }
        try {
            view.setPermissions(PosixFilePermissions.fromString(rights));
        } catch (IOException e) {
            throw OutputException.of("--to: " + file, e);
        }
    }
}
