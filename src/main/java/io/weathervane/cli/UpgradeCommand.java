package io.weathervane.cli;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.transport.socket.ServerUnreachableException;
import io.weathervane.util.Threads;
import io.weathervane.util.Workspace;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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
                    + " promoted."
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:finished and healthy, or the shadow comparison passed and no promotion was wanted; with --dry-run: the"
                    + " preflight passes",
            "1:refused, aborted, rolled back, escalated, degraded, or the watch was ended early",
            "2:the command line is wrong",
            "3:no server answers",
            "4:the launcher found no JDK or could not build",
            "5:promoted, and there was too little traffic to judge it",
            "130:interrupted (Ctrl-C), and with it the upgrade, unless it had promoted"
        })
final class UpgradeCommand implements Callable<Integer> {
    /** How long each answer of the server may take: an abort waits for what is under way. */
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(90);

    private final Map<String, String> environment;
    private final Function<PrintWriter, UserPrompt> terminal;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private WorkspaceOption workspaceOption = new WorkspaceOption();

    @Option(
            names = "--canary",
            paramLabel = "COMMAND",
            required = true,
            description = {
                "The new version: a release of the configuration, or the command that starts it.",
                "A command runs where the active worker does, and a relative path in it is meant from there: the folder"
                        + " in which `run` was started, else the release's folder in the configuration, else the"
                        + " workspace. It is never the folder in which this is typed."
            })
    private String canary = "";

    @Option(
            names = "--id",
            paramLabel = "ID",
            description = "The upgrade's id, and the name of its folder (default: u-1, u-2, …).")
    private @Nullable String id;

    @Option(names = "--skip-promote", description = "End after the shadow comparison.")
    private boolean skipPromote;

    @Option(names = "--promote", description = "Promote without asking once the shadow comparison has passed.")
    private boolean promote;

    @Option(
            names = "--dry-run",
            description = "Say what it would do, and whether its preflight passes; nothing is begun.")
    private boolean dryRun;

    @Option(names = "--build", paramLabel = "COMMAND", description = "Run first, by a shell, in the workspace.")
    private @Nullable String build;

    @Option(names = "--test", paramLabel = "COMMAND", description = "Run after the build.")
    private @Nullable String test;

    @Option(
            names = "--canary-weights",
            paramLabel = "PERCENT",
            split = ",",
            converter = PercentConverter.class,
            description = "Canary weights before the promotion, in percent of the callers, such as 5,25,50.")
    private List<Integer> canaryWeights = new ArrayList<>();

    @Option(
            names = "--step-duration",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "How long each canary weight lasts (default: 2m).")
    private @Nullable Duration stepDuration;

    @Option(names = "--allow-dirty", description = "Accept uncommitted changes in the working tree.")
    private boolean allowDirty;

    @Option(names = "--keep-staging", description = "Keep the staging folder however the upgrade ends.")
    private boolean keepStaging;

    @Option(names = "--approval-id", paramLabel = "ID", description = "In production: the id of the granted approval.")
    private @Nullable String approvalId;

    UpgradeCommand(Map<String, String> environment) {
        this(environment, ConsolePrompt::ofThisProcess);
    }

    /** @param terminal the person to be asked, who reads what is written there */
    UpgradeCommand(Map<String, String> environment, Function<PrintWriter, UserPrompt> terminal) {
        this.environment = environment;
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        if (promote && skipPromote) {
            throw new ParameterException(spec.commandLine(), "--promote and --skip-promote cannot both be given");
        }
        UpgradeOptionValidator.problem(id, canaryWeights, stepDuration).ifPresent(problem -> {
            throw new ParameterException(spec.commandLine(), problem);
        });
        Workspace workspace = workspaceOption.locate(environment);
        PrintWriter out = spec.commandLine().getOut();
        try (ToolClient server = new ToolClient(ConnectionOptions.socket(workspace, ANSWER_LIMIT))) {
            return follow(server, workspace, out);
        }
    }

    private int follow(ToolClient server, Workspace workspace, PrintWriter out) {
        if (dryRun) {
            return plan(server, out);
        }
        UserPrompt userPrompt = terminal.apply(spec.commandLine().getErr());
        boolean ask = !promote && !skipPromote && userPrompt.isPresent();
        if (!promote && !skipPromote && !ask) {
            out.println("There is no terminal to ask for approval, so this ends after the shadow comparison (as with"
                    + " --skip-promote).");
        }
        UpgradeFollower follower =
                new UpgradeFollower(server, out, new ProgressReportFilter(/* live= */ userPrompt.isPresent()));
        String name = begin(follower, ask);
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
                    + " aborts any other; `weathervane call upgrade_status` says which.");
            throw e;
        } finally {
            withdraw(onInterrupt);
        }
    }

    private int plan(ToolClient server, PrintWriter out) {
        ObjectNode plan = new UpgradeFollower(server, out, new ProgressReportFilter(/* live= */ false))
                .plan(arguments(/* ask= */ false).put("dry_run", true));
        return AnswerExitCode.ofAnswer(UpgradeFollower.TOOL, JsonRpcCodec.JSON.createObjectNode(), plan);
    }

    /** A refusal that waits for an approval is followed by the line that goes on once it is granted. */
    private String begin(UpgradeFollower follower, boolean ask) {
        try {
            return follower.begin(arguments(ask));
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
        return follower.isAgreed(name, waiting, userPrompt)
                ? follower.resume(name, userPrompt)
                : follower.abort(name, "the person at the terminal did not agree to the promotion");
    }

    /** For Ctrl-C: this command ends, so that a connection of its own says so. */
    private static void abort(Workspace workspace, String name, UpgradeFollower before, PrintWriter out) {
        out.println("Stopping the upgrade " + name + " ...");
        out.flush();
        try (ToolClient server = new ToolClient(new SocketConnection(workspace.state(), ANSWER_LIMIT))) {
            UpgradeFollower follower = before.handOver(server);
            follower.sum(follower.abort(name, "the command was interrupted"));
        } catch (RuntimeException e) {
            out.println(e.getMessage() + " `weathervane call upgrade_status` shows how it is.");
            out.flush();
        }
    }

    private ObjectNode arguments(boolean ask) {
        ObjectNode arguments =
                JsonRpcCodec.JSON.createObjectNode().put("canary", canary).put("wait", false);
        put(arguments, "id", id);
        put(arguments, "build", build);
        put(arguments, "test", test);
        put(arguments, "step_duration", stepDuration == null ? null : written(stepDuration));
        put(arguments, "approval_id", approvalId);
        canaryWeights.forEach(arguments.withArray("canary_weights")::add);
        arguments.put("allow_dirty", allowDirty).put("keep_staging", keepStaging);
        if (promote) {
            arguments.put("promote", true).put("confirm", true);
        } else if (!ask) {
            arguments.put("skip_promote", true);
        }
        return arguments;
    }

    /** As the server reads it: in seconds where it can be, since it takes six digits. */
    private static String written(Duration time) {
        return time.toMillisPart() == 0 ? time.toSeconds() + "s" : time.toMillis() + "ms";
    }

    private static void put(ObjectNode arguments, String name, @Nullable String value) {
        if (value != null) {
            arguments.put(name, value);
        }
    }
}
