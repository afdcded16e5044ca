package io.weathervane.cli;

import io.weathervane.app.ServerRunner;
import io.weathervane.tool.OperationsScope;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code weathervane serve}: owns the workspace, or on stdio joins its owner. */
@Command(
        name = "serve",
        description = "Serves a workspace over HTTP (the default), stdio, or both.",
        mixinStandardHelpOptions = true)
final class ServeCommand implements SelfParsingCommand {
    private final ServerRunner serverRunner;

    @Mixin
    private ServerStartOptions options = new ServerStartOptions();

    ServeCommand(ServerRunner serverRunner) {
        this.serverRunner = serverRunner;
    }

    @Override
    public boolean takePlain(List<String> words) {
        return options.takePlain(words, (name, value) -> false);
    }

    @Override
    public Integer call() throws Exception {
        ServerRunner.Transports transports =
                new ServerRunner.Transports(options.stdio(), options.http() || !options.stdio());
        return serverRunner.serve(
                transports, options.workspace(), options.overrides(Optional.empty(), OperationsScope.ALL));
    }
}
