package io.weathervane.cli;

import io.weathervane.clientfile.ClientEntry;
import io.weathervane.clientfile.ClientFile;
import io.weathervane.clientfile.ClientFileAdoption;
import io.weathervane.clientfile.ClientFileEditor;
import io.weathervane.clientfile.ClientFileException;
import io.weathervane.config.ClientServices;
import io.weathervane.config.ConfigException;
import io.weathervane.util.SafeText;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Rewrites an MCP client's configuration so that its servers go through this one, and back. */
@Command(
        name = "adopt",
        description = {
            "Rewrites an MCP client's configuration so that all of its servers go through WeatherVane: a backup beside"
                    + " it, and one entry that runs weathervane run --mcp-config BACKUP. All else in the file stays as it"
                    + " is.",
            "For Claude Desktop, Claude Code (.mcp.json, ~/.claude.json), Cursor and VS Code (mcp.json)."
        },
        mixinStandardHelpOptions = true)
final class AdoptCommand implements Callable<Integer> {
    /** What started this program; the launcher says it. */
    private static final String LAUNCHER = "weathervane.launcher";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "FILE", description = "The client's configuration.")
    private Path file = Path.of("");

    @Option(
            names = "--undo",
            description = "Puts the client's own servers back; refused when that would lose something.")
    private boolean undo;

    @Option(names = "--dry-run", description = "Says what would be written, and changes nothing.")
    private boolean dryRun;

    @Option(
            names = "--workspace",
            paramLabel = "DIR",
            description = "Where WeatherVane keeps its state. Default: FILE.weathervane, beside the file.")
    private @Nullable Path workspace;

    @Override
    public Integer call() {
        try {
            ClientFile read = ClientFile.read(ClientFileEditor.real(file));
            Optional<Path> backup = ClientFileAdoption.backupOf(read);
            if (undo) {
                undo(read, backup);
            } else if (backup.isPresent()) {
                sayAdopted(read, backup.get());
            } else {
                adopt(read);
            }
            return ExitCode.OK;
        } catch (ClientFileException | ConfigException e) {
            throw new CommandFailedException(e.reason() + ". Nothing was changed");
        }
    }

    private void sayAdopted(ClientFile read, Path backup) {
        Set<String> others = ClientFileAdoption.others(read);
        if (!others.isEmpty()) {
            throw new CommandFailedException(read.path() + " is adopted already, and has servers beside WeatherVane: "
                    + SafeText.line(String.join(", ", others)) + ". Move them into " + backup
                    + ", which has the others. Nothing was changed");
        }
        out().println(read.path() + " is adopted already: its servers are in " + backup + ". Nothing was changed.");
    }

    private void adopt(ClientFile read) {
        List<String> notes = new ArrayList<>();
        // What the client's own environment has is not known here.
        Set<String> services = ClientServices.check(read.path(), name -> Optional.of("x"), notes);
        Set<String> inputs = new LinkedHashSet<>();
        for (ClientEntry entry : read.entries(name -> Optional.empty()).values()) {
            inputs.addAll(entry.inputs());
            if (entry.isOldSse() && !entry.isDisabled()) {
                throw new CommandFailedException(
                        entry.where() + " has the type sse, of 2024, which WeatherVane does not speak: take it out of"
                                + " the file first, or give it the type http if its server has that. Nothing was"
                                + " changed");
            }
        }
        Path backup = ClientFileEditor.backupFor(read.path(), read.text());
        ClientFileAdoption adoption = new ClientFileAdoption(program(), backup, workspace(read));
        read.ofProjects().ifPresent(notes::add);
        notes.forEach(note -> out().println("note: " + note));
        if (dryRun) {
            out().println("would back up " + read.path() + " as " + backup + ", and put " + services.size()
                    + " servers behind WeatherVane: " + String.join(", ", services));
            out().println("\"" + read.key() + "\": " + adoption.servers(read, inputs));
            return;
        }
        ClientFileEditor.requireWritable(read.path());
        ClientFileEditor.back(read, backup);
        ClientFileEditor.replace(read, adoption.adopted(read, inputs));
        out().println(read.path() + ": " + services.size() + " servers go through WeatherVane now: "
                + String.join(", ", services));
        out().println("the backup is " + backup
                + ", and WeatherVane reads the servers from it; their secrets stay there");
        out().println("restart the client; back: weathervane adopt --undo " + file);
    }

    private void undo(ClientFile read, Optional<Path> named) {
        Path backup = named.orElseThrow(() -> new CommandFailedException(
                read.path() + " is not adopted: it has no entry weathervane with --mcp-config. Nothing was changed"));
        String text = ClientFileAdoption.restored(read, ClientFile.read(backup));
        if (dryRun) {
            out().println("would put the servers of " + backup + " back into " + read.path());
            return;
        }
        ClientFileEditor.requireWritable(read.path());
        ClientFileEditor.replace(read, text);
        out().println(read.path() + " has its own servers again; restart the client. " + backup
                + " stays for clients that still run: remove it afterwards.");
    }

    private Path workspace(ClientFile read) {
        return Optional.ofNullable(workspace)
                .orElseGet(() -> read.path().resolveSibling(read.path().getFileName() + ".weathervane"))
                .toAbsolutePath()
                .normalize();
    }

    private static List<String> program() {
        String launcher = System.getProperty(LAUNCHER, "");
        if (!launcher.isEmpty()) {
            return List.of(launcher);
        }
        String java = ProcessHandle.current().info().command().orElse("java");
        return List.of(
                java,
                "-jar",
                Path.of(System.getProperty("java.class.path", "weathervane.jar"))
                        .toAbsolutePath()
                        .toString());
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
