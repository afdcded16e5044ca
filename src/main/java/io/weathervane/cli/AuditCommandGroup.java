package io.weathervane.cli;

import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Group of the commands on the audit from outside. */
@Command(name = "audit", description = "Works on the audit of a workspace.", mixinStandardHelpOptions = true)
final class AuditCommandGroup implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    static CommandLine with(Map<String, String> environment) {
        return new CommandLine(new AuditCommandGroup()).addSubcommand(new AuditVerifyCommand(environment));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "audit wants a command: verify");
    }
}
