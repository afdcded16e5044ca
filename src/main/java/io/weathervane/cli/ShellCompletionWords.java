package io.weathervane.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import tools.jackson.databind.node.ObjectNode;

/**
 * What can be typed next on the command line: commands and their options as picocli knows them, tools and theirs as
 * their schemas do.
 *
 * @param commands the words that may follow each command
 * @param tools the words that may follow each tool's name after {@code call}
 * @param values the values that a tool's option takes, by {@code "TOOL --option"}; only options with a list of them
 */
record ShellCompletionWords(
        Map<String, List<String>> commands, Map<String, List<String>> tools, Map<String, List<String>> values) {
    static final String CALL = "call";

    /**
     * @param line the whole command line
     * @param definitions our own tools as in {@code tools/list}
     */
    static ShellCompletionWords of(CommandLine line, List<ObjectNode> definitions) {
        Map<String, List<String>> commands = new TreeMap<>();
        line.getSubcommands().forEach((name, command) -> commands.put(name, wordsAfter(command)));
        commands.put("help", List.copyOf(commands.keySet()));
        List<String> ofCall = commands.getOrDefault(CALL, List.of());
        Map<String, List<String>> tools = new LinkedHashMap<>();
        Map<String, List<String>> values = new LinkedHashMap<>();
        for (ObjectNode definition : definitions) {
            String tool = definition.path("name").asString("");
            ToolArgumentParser options = ToolArgumentParser.of(definition);
            tools.put(
                    tool,
                    Stream.concat(wordsAfter(options).stream(), ofCall.stream())
                            .distinct()
                            .toList());
            options.all().stream()
                    .filter(option -> !option.choices().isEmpty())
                    .forEach(option -> values.put(tool + " " + option.name(), option.choices()));
        }
        return new ShellCompletionWords(commands, tools, values);
    }

    private static List<String> wordsAfter(CommandLine command) {
        List<String> words =
                new ArrayList<>(new TreeSet<>(command.getSubcommands().keySet()));
        for (OptionSpec option : command.getCommandSpec().options()) {
            words.add(option.longestName());
        }
        return words;
    }

    private static List<String> wordsAfter(ToolArgumentParser options) {
        List<String> words = new ArrayList<>();
        options.action().ifPresent(action -> words.addAll(action.choices()));
        options.all().stream()
                .filter(option -> options.action().filter(option::equals).isEmpty())
                .forEach(option -> words.add(option.name()));
        return words;
    }
}
