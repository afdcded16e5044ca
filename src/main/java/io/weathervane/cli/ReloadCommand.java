package io.weathervane.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Has the running server read its configuration again. */
@Command(
        name = "reload",
        description = {
            "Has the server of the workspace read its configuration again, and says what is in force now and what needs a"
                    + " restart. An invalid file is refused as a whole. The server does the same by itself when the file"
                    + " changes."
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:in force, or nothing has changed; also where something needs a restart",
            "2:the configuration is refused, and the one before stays in force",
            "3:no server answers"
        })
final class ReloadCommand implements Callable<Integer> {
    /** A receiver of alerts that is left may have its request to the end. */
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Map<String, String> environment;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private WorkspaceOption workspaceOption = new WorkspaceOption();

    ReloadCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        try (ToolClient server = new ToolClient(
                new SocketConnection(workspaceOption.locate(environment).existingState(), LIMIT))) {
            ConfigAnswer answer = new ConfigAnswer(server.request(ConfigAnswer.RELOAD));
            PrintWriter out = spec.commandLine().getOut();
            answer.printFindings(out);
            answer.printChanges(out, /* done= */ true);
            out.flush();
            return answer.isRefused() ? ExitCode.USAGE : ExitCode.OK;
        }
    }
}
