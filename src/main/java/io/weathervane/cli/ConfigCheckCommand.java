package io.weathervane.cli;

import io.weathervane.config.CliOverrides;
import io.weathervane.config.Config;
import io.weathervane.config.ConfigCheck;
import io.weathervane.config.ConfigReader;
import io.weathervane.config.ServiceConfig;
import io.weathervane.transport.socket.ServerUnreachableException;
import io.weathervane.util.Workspace;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Reads the configuration as a server would, and says what is wrong with it, a line each, before a server is told. */
@Command(
        name = "check",
        description = {
            "Reads the configuration as `serve` would, also the files that it refers to, and prints what is wrong, a line"
                    + " each with the key's place and what is allowed. Changes nothing.",
            "A server that goes by the file is asked, in its environment: it also says what a reload would change and what"
                    + " needs a restart."
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:a server starts with it", "2:a server refuses it, or the command line is wrong"})
final class ConfigCheckCommand implements Callable<Integer> {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Map<String, String> environment;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private WorkspaceOption workspaceOption = new WorkspaceOption();

    @Option(names = "--config", paramLabel = "FILE", description = "Default weathervane.yaml in the workspace.")
    private @Nullable Path config;

    @Option(
            names = "--mcp-config",
            paramLabel = "FILE",
            description = "The client's file whose servers `serve` would be given as services.")
    private @Nullable Path mcpConfig;

    @Option(
            names = "--environment",
            paramLabel = "PRESET",
            description = "The preset that `serve` would be given: default, production, staging or development.")
    private @Nullable String preset;

    ConfigCheckCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        Workspace workspace = workspaceOption.locate(environment);
        ConfigCheck check = ConfigReader.check(workspace, environment, overrides());
        Optional<ConfigAnswer> server = server(workspace);
        return server.filter(answer -> answer.file().equals(check.file().toString()))
                .map(this::told)
                .orElseGet(() -> read(check, server));
    }

    /** The server's own answer, by its environment and the options that it was started with. */
    private int told(ConfigAnswer answer) {
        PrintWriter out = spec.commandLine().getOut();
        answer.printFindings(out);
        answer.printChanges(out, /* done= */ false);
        out.flush();
        return answer.isRefused() ? ExitCode.USAGE : ExitCode.OK;
    }

    private int read(ConfigCheck check, Optional<ConfigAnswer> server) {
        PrintWriter out = spec.commandLine().getOut();
        check.problems().forEach(problem -> out.println("error: " + problem));
        check.notes().forEach(note -> out.println("warning: " + note));
        out.println(conclusion(check));
        server.ifPresent(answer -> out.println("The running server goes by " + answer.file() + "."));
        out.flush();
        return check.problems().isEmpty() ? ExitCode.OK : ExitCode.USAGE;
    }

    /** What the server of the workspace says; empty when there is none, or one that cannot be asked. */
    private Optional<ConfigAnswer> server(Workspace workspace) {
        if (preset != null || mcpConfig != null || !Files.isDirectory(workspace.state())) {
            return Optional.empty();
        }
        try (ToolClient client = new ToolClient(new SocketConnection(workspace.state(), LIMIT))) {
            return Optional.of(new ConfigAnswer(client.request(ConfigAnswer.CHECK)));
        } catch (ServerUnreachableException | CommandFailedException e) {
            return Optional.empty();
        }
    }

    private CliOverrides overrides() {
        CliOverrides none = CliOverrides.none();
        return new CliOverrides(
                new CliOverrides.Files(Optional.ofNullable(config), Optional.ofNullable(mcpConfig)),
                Optional.ofNullable(preset),
                none.listen(),
                none.offer(),
                none.release(),
                none.callTimeout());
    }

    private static String conclusion(ConfigCheck check) {
        if (!check.problems().isEmpty()) {
            return "A server refuses this configuration.";
        }
        return check.config().map(ConfigCheckCommand::summary).orElseThrow();
    }

    private static String summary(Config config) {
        String services =
                config.services().stream().map(ConfigCheckCommand::summary).collect(Collectors.joining("; "));
        return config.file()
                        .map(file -> file + " is well")
                        .orElse("There is no configuration file; all is at its default")
                + ": environment " + config.environment().wireName() + "; " + services + ".";
    }

    private static String summary(ServiceConfig service) {
        return "service " + service.name() + " with "
                + (service.workers().releases().isEmpty()
                        ? "no release"
                        : "releases "
                                + String.join(", ", service.workers().releases().keySet()));
    }
}
