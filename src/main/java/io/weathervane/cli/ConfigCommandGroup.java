package io.weathervane.cli;

import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Group of the commands on a configuration beside those that serve it. */
@Command(name = "config", description = "Works on the configuration of a workspace.", mixinStandardHelpOptions = true)
final class ConfigCommandGroup implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    static CommandLine with(Map<String, String> environment) {
        return new CommandLine(new ConfigCommandGroup()).addSubcommand(new ConfigCheckCommand(environment));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "config wants a command: check");
    }
}
