package io.weathervane.cli;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.transport.socket.ServerUnreachableException;
import io.weathervane.upgrade.UpgradeRefusedException;
import io.weathervane.upgrade.UpgradeRequest;
import io.weathervane.util.Threads;
import io.weathervane.util.Workspace;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ObjectNode;

/** Upgrades the worker of a running server, and shows each step as it comes. */
@Command(
        name = "upgrade",
        description = {
            "Upgrades the worker of the running server: preflight, build, test, canary, shadow comparison, canary"
                    + " weights, promotion, watch. Stops and cleans up at the first failure.",
            "Without --promote and --skip-promote it asks at the terminal for approval once the shadow comparison has"
                    + " passed; without a terminal it ends there, as with --skip-promote. Ctrl-C aborts it until it has"
                    + " promoted.",
            "A command given as --canary runs where the active worker does, and a relative path in it is meant from"
                    + " there: the folder in which `run` was started, else the release's folder in the configuration,"
                    + " else the workspace. It is never the folder in which this is typed."
        },
        mixinStandardHelpOptions = true,
        modelTransformer = UpgradeCommand.ArgumentsOfTool.class,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:finished and healthy, or the shadow comparison passed and no promotion was wanted; with --dry-run: the"
                    + " preflight passes",
            "1:refused, aborted, rolled back, escalated, degraded, or the watch was ended early; also when no call was"
                    + " compared and --promote is given without --allow-unverified",
            "2:the command line is wrong",
            "3:no server answers",
            "4:the launcher found no JDK or could not build",
            "5:promoted, and there was too little traffic to judge it; or not promoted, as asked, and no call was"
                    + " compared",
            "130:interrupted (Ctrl-C), and with it the upgrade, unless it had promoted"
        })
final class UpgradeCommand implements Callable<Integer> {
    /** How long each answer of the server may take: an abort waits for what is under way. */
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(90);

    /** Of the tool's arguments those that this command decides by itself, or has no use for. */
    private static final Set<String> NOT_TYPED = Set.of("wait", "confirm");

    private final ToolSchemaOptions options = options();
    private final Map<String, String> environment;
    private final Function<PrintWriter, UserPrompt> terminal;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private WorkspaceOption workspaceOption = new WorkspaceOption();

    UpgradeCommand(Map<String, String> environment) {
        this(environment, ConsolePrompt::ofThisProcess);
    }

    /** @param terminal the person to be asked, who reads what is written there */
    UpgradeCommand(Map<String, String> environment, Function<PrintWriter, UserPrompt> terminal) {
        this.environment = environment;
        this.terminal = terminal;
    }

    private static ToolSchemaOptions options() {
        return ToolSchemaOptions.of(UpgradeFollower.TOOL, NOT_TYPED);
    }

    /** Gives the command the tool's arguments as options. */
    static final class ArgumentsOfTool implements IModelTransformer {
        @Override
        public CommandSpec transform(CommandSpec spec) {
            return options().addTo(spec);
        }
    }

    @Override
    public Integer call() {
        ObjectNode arguments = options.read(spec.commandLine().getParseResult());
        try {
            UpgradeRequest.of(arguments); // the server would refuse it, too, later and without the usage
        } catch (UpgradeRefusedException e) {
            throw new ParameterException(spec.commandLine(), options.inOptions(e.reason()), e);
        }
        Workspace workspace = workspaceOption.locate(environment);
        try (ToolClient client = new ToolClient(ConnectionOptions.socket(workspace, ANSWER_LIMIT))) {
            return follow(client, workspace, arguments);
        }
    }

    private int follow(ToolClient client, Workspace workspace, ObjectNode arguments) {
        PrintWriter out = spec.commandLine().getOut();
        if (isSet(arguments, "dry_run")) {
            return plan(client, complete(arguments, /* ask= */ false), out);
        }
        UserPrompt userPrompt = terminal.apply(spec.commandLine().getErr());
        boolean open = !isSet(arguments, "promote") && !isSet(arguments, "skip_promote");
        boolean ask = open && userPrompt.isPresent();
        if (open && !ask) {
            out.println("There is no terminal to ask for approval, so this ends after the shadow comparison (as with"
                    + " --skip-promote).");
        }
        UpgradeFollower follower = new UpgradeFollower(
                client, out, new ProgressReportFilter(/* live= */ userPrompt.isPresent()), service(arguments));
        String name = begin(follower, complete(arguments, ask));
        Thread onInterrupt = Threads.daemon("abort-upgrade", () -> abort(workspace, name, follower, out));
        Runtime.getRuntime().addShutdownHook(onInterrupt);
        try {
            ObjectNode last = follower.follow(name);
            if (UpgradeFollower.isWaiting(last)) {
                last = decide(follower, name, last, userPrompt);
            }
            follower.sum(last);
            // It still waits when the person agreed and the server wants an approval besides.
            return UpgradeFollower.isWaiting(last)
                    ? ExitCode.REFUSED
                    : AnswerExitCode.ofAnswer(UpgradeFollower.TOOL, JsonRpcCodec.JSON.createObjectNode(), last);
        } catch (ServerUnreachableException e) {
            out.println("The server is gone. Its next start takes up the watch of an upgrade that has promoted, and"
                    + " aborts any other; `weathervane call upgrade_status" + follower.named() + "` says which.");
            throw e;
        } finally {
            withdraw(onInterrupt);
        }
    }

    private static Optional<String> service(ObjectNode arguments) {
        return Optional.ofNullable(arguments.path("service").asString(null));
    }

    private int plan(ToolClient client, ObjectNode arguments, PrintWriter out) {
        ObjectNode plan = new UpgradeFollower(
                        client, out, new ProgressReportFilter(/* live= */ false), service(arguments))
                .plan(arguments);
        return AnswerExitCode.ofAnswer(UpgradeFollower.TOOL, JsonRpcCodec.JSON.createObjectNode(), plan);
    }

    /** A refusal that waits for an approval is followed by the line that goes on once it is granted. */
    private String begin(UpgradeFollower follower, ObjectNode arguments) {
        try {
            return follower.begin(arguments);
        } catch (CommandFailedException e) {
            CommandLineFormatter.approvalIn(String.valueOf(e.getMessage()))
                    .map(id -> CommandLineFormatter.toGoOnWith("upgrade", spec.commandLine(), id))
                    .ifPresent(spec.commandLine().getOut()::println);
            throw e;
        }
    }

    private static void withdraw(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // this process is ending already, and the hook is at work
        }
    }

    /** Once the shadow's result has been shown. */
    private static ObjectNode decide(UpgradeFollower follower, String name, ObjectNode waiting, UserPrompt userPrompt) {
        return follower.askToPromote(name, waiting, userPrompt)
                ? follower.resume(name, waiting, userPrompt)
                : follower.abort(name, "the person at the terminal did not agree to the promotion");
    }

    /** For Ctrl-C: this command ends, so that a connection of its own says so. */
    private static void abort(Workspace workspace, String name, UpgradeFollower before, PrintWriter out) {
        out.println("Stopping the upgrade " + name + " ...");
        out.flush();
        try (ToolClient client = new ToolClient(new SocketConnection(workspace.state(), ANSWER_LIMIT))) {
            UpgradeFollower follower = before.handOver(client);
            follower.sum(follower.abort(name, "the command was interrupted"));
        } catch (RuntimeException e) {
            out.println(e.getMessage() + " `weathervane call upgrade_status" + before.named() + "` shows how it is.");
            out.flush();
        }
    }

    /** As they were typed, with what this command decides. */
    private static ObjectNode complete(ObjectNode typed, boolean ask) {
        ObjectNode arguments = typed.put("wait", false);
        if (isSet(typed, "promote")) {
            arguments.put("confirm", true);
        } else if (!ask) {
            arguments.put("skip_promote", true);
        }
        return arguments;
    }

    private static boolean isSet(ObjectNode arguments, String name) {
        return arguments.path(name).asBoolean(false);
    }
}
