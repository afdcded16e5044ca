package io.weathervane.cli;

import io.weathervane.util.Nearest;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
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
            "weathervane call [TOOL [ACTION] [--name value ...]] [--json] [--url URL] [--workspace DIR] [--timeout TIME]",
            "weathervane call TOOL --help"
        })
final class CallCommand implements Callable<Integer> {
    private final Map<String, String> environment;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private Connections connections = new Connections();

    @Option(names = "--json", description = "Print the structured result instead of the text.")
    private boolean json;

    @Option(
            names = {"-h", "--help"},
            description = "After a TOOL: its options. Else: this.")
    private boolean help;

    @Parameters(arity = "0..*", hidden = true)
    private List<String> words = List.of();

    CallCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        if (help && words.isEmpty()) {
            spec.commandLine().usage(out);
            return ExitCode.OK;
        }
        try (ToolServer server = connections.open(environment)) {
            return call(server, new ToolOutput(out, spec.commandLine().getErr(), json));
        } catch (UsageException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private int call(ToolServer server, ToolOutput output) {
        List<ObjectNode> tools = server.tools();
        if (words.isEmpty()) {
            output.list(tools);
            return ExitCode.OK;
        }
        ObjectNode tool = find(tools, words.get(0));
        ToolOptions options = ToolOptions.of(tool);
        if (help) {
            output.help(tool, options);
            return ExitCode.OK;
        }
        ObjectNode arguments = options.parse(words.subList(1, words.size()));
        return output.result(server.call(words.get(0), arguments, output::progress));
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
                            + ToolOptions.suggestion(Nearest.to(name, names)) + "; there are "
                            + String.join(", ", names));
                });
    }
}
