package io.weathervane.cli;

import io.weathervane.jsonrpc.JsonRpcCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ObjectNode;

/** {@code weathervane flags}: the live flags, by the tool {@code mcp_admin_flags}. */
@Command(
        name = "flags",
        description = "Lists the live flags, sets them, shows who changed them and why, and follows their changes.",
        mixinStandardHelpOptions = true,
        customSynopsis = {
            "weathervane flags [KEY]",
            "weathervane flags set KEY=VALUE... [--reason TEXT]",
            "weathervane flags reset KEY [--reason TEXT]",
            "weathervane flags history [KEY] [--limit N]",
            "weathervane flags -f",
            "Each but -f with the options of `weathervane call`: --json, --url, --token-file, --workspace, --timeout;",
            "-f with --url, --token-file, --workspace, --timeout. -f shows each change until Ctrl-C."
        })
final class FlagsCommand implements Callable<Integer> {
    private final Map<String, String> environment;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(arity = "0..*", hidden = true)
    private List<String> words = List.of();

    FlagsCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        if (words.contains("-f") || words.contains("--follow")) {
            return follow();
        }
        List<String> line = new ArrayList<>(List.of("call", FlagFollower.TOOL));
        line.addAll(toolLine());
        return spec.root().commandLine().execute(line.toArray(String[]::new));
    }

    private int follow() {
        List<String> options = words.stream()
                .filter(word -> !word.equals("-f") && !word.equals("--follow"))
                .toList();
        ConnectionOptions connection = new ConnectionOptions();
        try {
            CommandLine.populateCommand(connection, options.toArray(String[]::new));
        } catch (ParameterException e) {
            throw new ParameterException(spec.commandLine(), "flags -f: " + e.getMessage(), e);
        }
        return new FlagFollower(
                        () -> connection.open(environment), spec.commandLine().getOut())
                .follow();
    }

    private List<String> toolLine() {
        String what = words.isEmpty() ? "" : words.get(0);
        List<String> rest = words.isEmpty() ? List.of() : words.subList(1, words.size());
        return switch (what) {
            case "set" -> set(rest);
            case "reset" -> line("reset", rest);
            case "history" -> line("history", rest);
            default -> line("get", words);
        };
    }

    /** A first word that is no option is the key. */
    private static List<String> line(String action, List<String> rest) {
        List<String> line = new ArrayList<>(List.of(action));
        if (!rest.isEmpty() && !rest.get(0).startsWith("-")) {
            line.add("--flag");
        }
        line.addAll(rest);
        return line;
    }

    private List<String> set(List<String> rest) {
        ObjectNode flags = JsonRpcCodec.JSON.createObjectNode();
        List<String> options = new ArrayList<>();
        for (String word : rest) {
            int equals = word.indexOf('=');
            if (options.isEmpty() && !word.startsWith("-") && equals > 0) {
                flags.put(word.substring(0, equals), word.substring(equals + 1));
            } else {
                options.add(word);
            }
        }
        if (flags.isEmpty() || (!options.isEmpty() && !options.get(0).startsWith("-"))) {
            throw new ParameterException(
                    spec.commandLine(),
                    "flags set wants KEY=VALUE, such as PROMPT_MODE=verbose; `weathervane flags` lists them");
        }
        List<String> line = new ArrayList<>(List.of("set", "--flags", flags.toString()));
        line.addAll(options);
        return line;
    }
}
