package io.weathervane.cli;

import io.weathervane.config.ConfigException;
import io.weathervane.contract.ContractFile;
import io.weathervane.contract.ContractFileException;
import io.weathervane.contract.ToolContract;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.shadow.ToolDifference;
import io.weathervane.shadow.ToolListDifferences;
import io.weathervane.util.SafeText;
import io.weathervane.worker.WorkerActionRefusedException;
import io.weathervane.worker.WorkerCallException;
import io.weathervane.worker.WorkerRelease;
import io.weathervane.worker.role.DefaultWorkerManager;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ObjectNode;

/** Writes down what a server's tools promise, and checks in CI that a server still keeps it. Needs no running server. */
@Command(
        name = "contract",
        description = {
            "Writes the tools of an MCP server into a file for review, and checks a server against it.",
            "With `contract: {file, onDrift}` in its configuration a running server holds a service against it; what it"
                    + " refuses then is approved here."
        },
        mixinStandardHelpOptions = true)
final class ContractCommand implements Runnable {
    private static final String DEFAULT_FILE = "weathervane-contract.json";
    private static final String APPROVE_TOOL = "contract_approve";
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Map<String, String> environment;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private ContractCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    /** With the words of the server's command left as they are. */
    static CommandLine line(Map<String, String> environment) {
        return new CommandLine(new ContractCommand(environment)).setStopAtPositional(true);
    }

    /** Option that names the contract's file. */
    static final class FileOption {
        @Option(
                names = "--against",
                paramLabel = "FILE",
                description = "The contract; default " + DEFAULT_FILE + " in the current folder.")
        private Path file = Path.of(DEFAULT_FILE);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "contract wants a command: write, check or approve");
    }

    @Command(
            name = "write",
            description = "Writes the server's tools into the file: commit it. An earlier contract is replaced.",
            mixinStandardHelpOptions = true,
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {
                "0:written",
                "2:the command line, the configuration or the file that would be replaced is wrong",
                "3:the server does not start or does not answer"
            })
    int write(@Mixin FileOption option, @Mixin ContractTarget target) {
        return answered(() -> {
            ToolContract contract = now(target);
            new ContractFile(option.file).write(contract);
            out().println(option.file + " has " + contract.tools().size() + " tools.");
            return ExitCode.OK;
        });
    }

    @Command(
            name = "check",
            description = "Compares the server's tools with the file; what hurts callers most comes first.",
            mixinStandardHelpOptions = true,
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {
                "0:the same, or compatible: what callers do today goes on to work",
                "1:breaking",
                "2:the command line, the configuration or the contract is wrong, or there is no contract",
                "3:the server does not start or does not answer"
            })
    int check(
            @Mixin FileOption option,
            @Option(names = "--json", description = "Answer with JSON.") boolean json,
            @Mixin ContractTarget target) {
        return answered(() -> {
            ToolContract contract = new ContractFile(option.file)
                    .read()
                    .orElseThrow(() -> new UsageException("there is no contract " + option.file
                            + "; `weathervane contract write --against " + option.file + "` makes it"));
            ToolListDifferences found = contract.differencesTo(now(target));
            out().println(json ? json(found).toPrettyString() : text(found, option.file));
            return found.blocks() ? ExitCode.REFUSED : ExitCode.OK;
        });
    }

    @Command(
            name = "approve",
            description = "Has the running server call tools that break their contract as they are now (tool"
                    + " contract_approve). Asks at the terminal.",
            mixinStandardHelpOptions = true,
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {
                "0:approved, or shown with --dry-run",
                "1:refused, or not approved",
                "2:the command line is wrong",
                "3:no server answers"
            })
    int approve(
            @Option(names = "--tool", paramLabel = "NAME", description = "The only tool, as the worker calls it.")
                    @Nullable
                    String tool,
            @Option(names = "--service", paramLabel = "NAME", description = "Whose; needed with several services.")
                    @Nullable
                    String service,
            @Option(names = "--reason", paramLabel = "TEXT", description = "Reason for the audit.") @Nullable
                    String reason,
            @Option(names = "--approval-id", paramLabel = "ID", description = "In production: id of the approval.")
                    @Nullable
                    String approvalId,
            @Option(names = "--dry-run", description = "Only say what would be approved.") boolean dryRun,
            @Option(names = "--workspace", paramLabel = "DIR", description = "The workspace of the server.") @Nullable
                    Path workspace) {
        List<String> words = new ArrayList<>();
        add(words, "--workspace", workspace == null ? null : workspace.toString());
        words.add(APPROVE_TOOL);
        add(words, "--tool", tool);
        add(words, "--service", service);
        add(words, "--reason", reason);
        add(words, "--approval-id", approvalId);
        if (dryRun) {
            words.add("--dry-run");
        }
        return CallCommand.line(environment)
                .setOut(out())
                .setErr(err())
                .setExecutionExceptionHandler((failure, command, parsed) -> WeatherVaneCommand.explain(failure, err()))
                .execute(words.toArray(String[]::new));
    }

    private static void add(List<String> words, String option, @Nullable String value) {
        if (value != null) {
            words.addAll(List.of(option, value));
        }
    }

    private ToolContract now(ContractTarget target) {
        WorkerRelease release = target.release(environment);
        return ToolContract.of(DefaultWorkerManager.toolsOf(release, LIMIT));
    }

    /** What CI must not take for a broken contract has a code of its own. */
    private int answered(IntSupplier action) {
        try {
            return action.getAsInt();
        } catch (UsageException | ConfigException | ContractFileException e) {
            err().println("weathervane: " + e.getMessage());
            return ExitCode.USAGE;
        } catch (WorkerActionRefusedException e) {
            err().println("weathervane: " + e.getMessage());
            return ExitCode.UNREACHABLE;
        } catch (WorkerCallException e) {
            err().println("weathervane: the server does not list its tools: " + e.reason());
            return ExitCode.UNREACHABLE;
        } finally {
            out().flush();
        }
    }

    private static String outcome(ToolListDifferences found) {
        return found.blocks() ? "breaking" : found.differences().isEmpty() ? "same" : "compatible";
    }

    private static ObjectNode json(ToolListDifferences found) {
        ObjectNode json = JsonRpcCodec.JSON
                .createObjectNode()
                .put("outcome", outcome(found))
                .put("blocking", found.count(ToolDifference.Standing.BLOCKING))
                .put("notes", found.count(ToolDifference.Standing.NOTE));
        found.differences().forEach(each -> json.withArray("findings").add(each.toJson("contract")));
        return json;
    }

    private static String text(ToolListDifferences found, Path file) {
        StringBuilder lines = new StringBuilder();
        for (ToolDifference each : found.differences()) {
            lines.append(each.blocking() ? "! " : "  ")
                    .append(each.severity().words())
                    .append("  ")
                    .append(SafeText.line(each.line()))
                    .append('\n');
        }
        long more = found.count(ToolDifference.Standing.BLOCKING)
                + found.count(ToolDifference.Standing.NOTE)
                - found.differences().size();
        return lines + (more > 0 ? "  … " + more + " more\n" : "") + conclusion(found, file);
    }

    private static String conclusion(ToolListDifferences found, Path file) {
        return switch (outcome(found)) {
            case "same" -> "The server's tools are those of " + file + ".";
            case "compatible" ->
                "Compatible with " + file
                        + ": callers are not hurt. `weathervane contract write` brings it up to date.";
            default ->
                "Breaks " + file + " in " + found.count(ToolDifference.Standing.BLOCKING)
                        + " places (!). If that is meant: `weathervane contract write`, and have it reviewed.";
        };
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private PrintWriter err() {
        return spec.commandLine().getErr();
    }
}
