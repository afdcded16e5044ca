package io.weathervane.cli;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.transport.socket.ServerUnreachableException;
import io.weathervane.util.Workspace;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ObjectNode;

/** The manual fallback: back to the previous worker, with the server or without it. */
@Command(
        name = "rollback",
        description = {
            "Goes back to the previous worker.",
            "With the server up it is asked to (tool worker_rollback); with the server down the record of which release"
                    + " is active is changed, so that the next start brings the previous one."
        },
        mixinStandardHelpOptions = true)
final class RollbackCommand implements Callable<Integer> {
    private static final String TOOL = "worker_rollback";
    private static final String DEFAULT_REASON = "Manual rollback from the command line";

    private final Map<String, String> environment;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private WorkspaceOption workspaceOption = new WorkspaceOption();

    @Option(names = "--reason", paramLabel = "TEXT", description = "Reason for the audit. One sentence.")
    private @Nullable String reason;

    @Option(names = "--service", paramLabel = "NAME", description = "Whose worker it is; needed with several services.")
    private @Nullable String service;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "60s",
            converter = DurationConverter.class,
            description = "How long to wait for the server (default: ${DEFAULT-VALUE}).")
    private Duration timeout = Duration.ofSeconds(60);

    RollbackCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        Workspace workspace = workspaceOption.locate(environment);
        String why = Optional.ofNullable(reason).filter(text -> !text.isBlank()).orElse(DEFAULT_REASON);
        Optional<ToolClient> client = connect(workspace);
        return client.isPresent() ? askServer(client.get(), why) : changeRecord(workspace, why);
    }

    /** Only a server that was never reached counts as down: one that is lost later may have done it. */
    private Optional<ToolClient> connect(Workspace workspace) {
        try {
            return Optional.of(new ToolClient(new SocketConnection(workspace.existingState(), timeout)));
        } catch (ServerUnreachableException e) {
            return Optional.empty();
        }
    }

    private int askServer(ToolClient connected, String why) {
        try (ToolClient client = connected) {
            ObjectNode arguments = JsonRpcCodec.JSON.createObjectNode().put("reason", why);
            Optional.ofNullable(service).ifPresent(name -> arguments.put("service", name));
            ToolOutputPrinter output = new ToolOutputPrinter(
                    spec.commandLine().getOut(), spec.commandLine().getErr(), /* json= */ false);
            ObjectNode result = client.call(TOOL, arguments, output::progress);
            output.result(result);
            return AnswerExitCode.of(TOOL, arguments, result);
        }
    }

    private int changeRecord(Workspace workspace, String why) {
        PrintWriter out = spec.commandLine().getOut();
        OfflineRollback.Done done = new OfflineRollback(workspace, environment, Optional.ofNullable(service)).run(why);
        out.println("No server runs in " + workspace.root() + ", so no worker was switched now.");
        out.println("The record was changed: active is " + done.to() + ", before it was " + done.from()
                + ", which is kept as rejected. Audited as event " + done.auditSeq() + ".");
        out.println("The next `scripts/weathervane serve` runs " + done.to() + ".");
        out.flush();
        return ExitCode.OK;
    }
}
