package io.weathervane.cli;

import io.weathervane.app.ServerRunner;
import io.weathervane.config.CommandLineRelease;
import io.weathervane.tool.OperationsScope;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code weathervane run}: the same server in front of a command instead of a configured release. Until a promotion
 * the command says what is active; from then on the database does, as ever.
 */
@Command(
        name = "run",
        description = {
            "Puts WeatherVane in front of an MCP server on stdio: on stdio itself (the default), HTTP, or both.",
            "With --mcp-config FILE in place of a command: in front of all servers of a client's configuration.",
            "A second one with the same command on one workspace passes through to the first."
        },
        mixinStandardHelpOptions = true)
final class RunWorkerCommand implements SelfParsingCommand {
    private static final String END_OF_OPTIONS = "--";
    private static final String MCP_CONFIG = "--mcp-config";

    private final ServerRunner serverRunner;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ServerStartOptions options = new ServerStartOptions();

    @Option(names = "--label", paramLabel = "NAME", description = "Name of the command as a release. Default: first.")
    private String label = "first";

    @Parameters(arity = "0..*", paramLabel = "COMMAND", description = "The MCP server and its arguments, after --.")
    private List<String> command = List.of();

    RunWorkerCommand(ServerRunner serverRunner) {
        this.serverRunner = serverRunner;
    }

    /** With the words after the first that is no option of ours left as they are. */
    static CommandLine line(ServerRunner serverRunner) {
        return new CommandLine(new RunWorkerCommand(serverRunner)).setStopAtPositional(true);
    }

    @Override
    public boolean takePlain(List<String> words) {
        int end = words.indexOf(END_OF_OPTIONS);
        if (end < 0 && words.contains(MCP_CONFIG)) {
            return options.takePlain(words, (name, value) -> false);
        }
        if (end < 0
                || end == words.size() - 1
                || words.subList(0, end).contains(MCP_CONFIG)
                || words.get(end + 1).isBlank()) {
            return false;
        }
        command = words.subList(end + 1, words.size());
        return options.takePlain(words.subList(0, end), this::takeLabel);
    }

    private boolean takeLabel(String name, String value) {
        label = value;
        return name.equals("--label");
    }

    @Override
    public Integer call() throws Exception {
        boolean hasCommand = !command.isEmpty() && !command.get(0).isBlank();
        if (hasCommand && options.mcpConfig().isPresent()) {
            throw new ParameterException(
                    spec.commandLine(), "give a command or --mcp-config, not both: the file has the servers to run");
        }
        if (!hasCommand && options.mcpConfig().isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "say which MCP server to run, after --: weathervane run -- npx -y"
                            + " @modelcontextprotocol/server-everything; or name a client's file with --mcp-config");
        }
        Optional<CommandLineRelease> release = hasCommand
                ? Optional.of(new CommandLineRelease(label, command, Path.of("").toAbsolutePath()))
                : Optional.empty();
        ServerRunner.Transports transports =
                new ServerRunner.Transports(options.stdio() || !options.http(), options.http());
        return serverRunner.serve(transports, options.workspace(), options.overrides(release, OperationsScope.SAFE));
    }
}
