package io.weathervane.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import tools.jackson.databind.node.ObjectNode;

/**
 * Words that can be typed next on the command line: commands and their options as picocli knows them, tools and theirs
 * as their schemas do.
 *
 * @param commands the words that may follow each command
 * @param tools the words that may follow each tool's name after {@code call}
 * @param values the values that a tool's option takes, by {@code "TOOL --option"}; only options with a list of them
 */
record ShellCompletionWords(
        Map<String, List<String>> commands, Map<String, List<String>> tools, Map<String, List<String>> values) {
    static final String CALL = "call";

    /**
     * @param line the whole command line, with {@code call} in it
     * @param definitions our own tools as in {@code tools/list}
     */
    static ShellCompletionWords of(CommandLine line, List<ObjectNode> definitions) {
        Map<String, List<String>> commands = new TreeMap<>();
        line.getSubcommands().forEach((name, command) -> commands.put(name, wordsAfter(command)));
        commands.put("help", List.copyOf(commands.keySet()));
        Map<String, List<String>> tools = new LinkedHashMap<>();
        Map<String, List<String>> values = new LinkedHashMap<>();
        CommandLine call = Objects.requireNonNull(line.getSubcommands().get(CALL), "a command of every line");
        for (ObjectNode definition : definitions) {
            String tool = definition.path("name").asString("");
            CommandLine ofTool = new ToolCommandLine(call, definition).line();
            tools.put(tool, wordsAfter(ofTool));
            for (OptionSpec option : ofTool.getCommandSpec().options()) {
                List<String> choices = candidates(option);
                if (!choices.isEmpty()) {
                    values.put(tool + " " + option.longestName(), choices);
                }
            }
        }
        return new ShellCompletionWords(commands, tools, values);
    }

    private static List<String> wordsAfter(CommandLine command) {
        List<String> words =
                new ArrayList<>(new TreeSet<>(command.getSubcommands().keySet()));
        command.getCommandSpec().positionalParameters().forEach(word -> words.addAll(candidates(word)));
        for (OptionSpec option : command.getCommandSpec().options()) {
            if (!option.hidden()) {
                words.add(option.longestName());
            }
        }
        return words;
    }

    private static List<String> candidates(ArgSpec argument) {
        List<String> candidates = new ArrayList<>();
        if (argument.completionCandidates() != null) {
            argument.completionCandidates().forEach(candidates::add);
        }
        return candidates;
    }
}
