package io.weathervane.cli;

import io.weathervane.tool.SchemaCatalog;
import io.weathervane.util.NearestWord;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ObjectNode;

/** Calls a tool of a running server; the tool's own schema says which options there are. */
@Command(
        name = "call",
        description = "Calls a tool of the running server; without TOOL lists the tools.",
        customSynopsis = {
            "weathervane call [TOOL [ACTION] [--name value ...]] [--json-args JSON] [--json] [--url URL [--token-file"
                    + " FILE]] [--workspace DIR] [--timeout TIME]",
            "weathervane call TOOL --help"
        })
final class CallCommand implements Callable<Integer> {
    /** How a client that cannot ask its user says that a person agreed. */
    private static final String CONFIRM = "confirm";

    private final Map<String, String> environment;
    private final Function<PrintWriter, UserPrompt> terminal;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConnectionOptions connections = new ConnectionOptions();

    @Option(names = "--json", description = "Print the structured result instead of the text.")
    private boolean json;

    @Option(
            names = {"-h", "--help"},
            description = "After a TOOL: its options. Else: this.")
    private boolean help;

    @Parameters(arity = "0..*", hidden = true)
    private List<String> words = List.of();

    CallCommand(Map<String, String> environment) {
        this(environment, ConsolePrompt::ofThisProcess);
    }

    /** @param terminal the person to be asked, who reads what is written there */
    CallCommand(Map<String, String> environment, Function<PrintWriter, UserPrompt> terminal) {
        this.environment = environment;
        this.terminal = terminal;
    }

    /** With a tool's options left to the tool. */
    static CommandLine line(Map<String, String> environment) {
        return new CommandLine(new CallCommand(environment)).setUnmatchedOptionsArePositionalParams(true);
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        if (help && words.isEmpty()) {
            spec.commandLine().usage(out);
            return ExitCode.OK;
        }
        refuseOptionsBeforeTool();
        try (ToolClient client = connections.open(environment)) {
            return call(client, new ToolOutputPrinter(out, spec.commandLine().getErr(), json));
        } catch (UsageException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    /** Options of no meaning here are left to the tool, which has to be named before them. */
    private void refuseOptionsBeforeTool() {
        words.stream().findFirst().filter(word -> word.startsWith("-")).ifPresent(word -> {
            throw new ParameterException(
                    spec.commandLine(),
                    "there is no option '" + word + "' before a TOOL"
                            + UsageSuggestions.meant(UsageSuggestions.option(spec.commandLine(), word))
                            + "; there are " + String.join(", ", UsageSuggestions.options(spec.commandLine()))
                            + ", and a tool's own after its name");
        });
    }

    private int call(ToolClient client, ToolOutputPrinter output) {
        List<ObjectNode> tools = client.tools();
        if (words.isEmpty()) {
            output.list(tools);
            return ExitCode.OK;
        }
        ObjectNode tool = find(tools, words.get(0));
        ToolCommandLine line = new ToolCommandLine(spec.commandLine(), tool);
        if (help) {
            line.line().usage(spec.commandLine().getOut());
            return ExitCode.OK;
        }
        ObjectNode arguments = line.parse(words.subList(1, words.size()));
        ObjectNode result = called(client, arguments, output);
        output.result(result);
        nameLineToGoOnWith(result);
        return AnswerExitCode.of(words.get(0), arguments, result);
    }

    /** Beside a refusal that waits for an approval; on stderr, as what is on stdout may be read by a program. */
    private void nameLineToGoOnWith(ObjectNode result) {
        if (result.path("isError").asBoolean(false)) {
            CommandLineFormatter.approvalIn(
                            result.path("content").path(0).path("text").asString(""))
                    .map(id -> CommandLineFormatter.toGoOnWith("call", spec.commandLine(), id))
                    .ifPresent(spec.commandLine().getErr()::println);
        }
    }

    /**
     * Asks the person at the terminal when the tool wants one to agree. Where no person can be asked, the command as it
     * was written out is the agreement: a script says what it wants done as plainly as {@code --confirm} would.
     */
    private ObjectNode called(ToolClient client, ObjectNode arguments, ToolOutputPrinter output) {
        String tool = words.get(0);
        UserPrompt userPrompt = terminal.apply(spec.commandLine().getErr());
        boolean confirmed = arguments.path(CONFIRM).asBoolean(false);
        if (userPrompt.isPresent() && !confirmed) {
            return client.call(tool, arguments, output::progress, userPrompt);
        }
        // What a worker's tool means by the word is not ours to answer.
        if (!arguments.has(CONFIRM)
                && SchemaCatalog.commandLine(tool).path(CONFIRM).asBoolean(false)) {
            arguments.put(CONFIRM, true);
        }
        return client.call(tool, arguments, output::progress);
    }

    private static ObjectNode find(List<ObjectNode> tools, String name) {
        return tools.stream()
                .filter(tool -> tool.path("name").asString("").equals(name))
                .findFirst()
                .orElseThrow(() -> {
                    List<String> names = tools.stream()
                            .map(tool -> tool.path("name").asString(""))
                            .toList();
                    return new UsageException("there is no tool '" + name + "'"
                            + UsageSuggestions.meant(NearestWord.to(name, names)) + "; there are "
                            + String.join(", ", names));
                });
    }
}
