package io.weathervane.cli;

import io.weathervane.tool.SchemaCatalog;
import io.weathervane.util.NearestWord;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says what is wrong with a command line, and which word was most likely meant. */
final class UsageSuggestions {
    /** What picocli's command for help says. */
    private static final Pattern UNKNOWN_TO_HELP = Pattern.compile("Unknown subcommand '(.*)'\\.", Pattern.DOTALL);

    private UsageSuggestions() {}

    static String explain(ParameterException failure) {
        String message = String.valueOf(failure.getMessage());
        Matcher help = UNKNOWN_TO_HELP.matcher(message);
        if (help.matches()) {
            return command(
                    help.group(1), failure.getCommandLine().getSubcommands().keySet());
        }
        return unmatched(failure).stream()
                .findFirst()
                .map(word -> unknown(failure.getCommandLine(), word))
                .orElse(message);
    }

    /** An option that is mistyped is also one that is missing, which says less. */
    private static List<String> unmatched(ParameterException failure) {
        if (failure instanceof UnmatchedArgumentException words) {
            return words.getUnmatched();
        }
        return failure instanceof MissingParameterException
                ? failure.getCommandLine().getUnmatchedArguments()
                : List.of();
    }

    /** The first word that has no meaning; what follows it may be its value. */
    private static String unknown(CommandLine line, String word) {
        if (word.startsWith("-") && word.length() > 1) {
            return "there is no option '" + word + "'" + meant(option(line, word)) + optionsOf(line);
        }
        Map<String, CommandLine> commands = line.getSubcommands();
        return commands.isEmpty()
                ? "'" + word + "' is one word too many: "
                        + line.getCommandSpec().qualifiedName()
                        + (takesWords(line) ? " takes no more" : " takes options only")
                : command(word, commands.keySet());
    }

    /** A word where a command belongs, with the nearest command or tool, or all commands. */
    static String command(String word, Collection<String> commands) {
        return "there is no command '" + word + "'"
                + NearestWord.to(word, commands)
                        .or(() -> tool(word, commands))
                        .map(near -> "; did you mean '" + near + "'?")
                        .orElseGet(() -> "; the commands are " + String.join(", ", commands)
                                + (commands.contains(ShellCompletionWords.CALL)
                                        ? ". A tool is called with: weathervane call TOOL"
                                        : ""));
    }

    /** A tool of the server, typed without {@code call}. */
    private static Optional<String> tool(String word, Collection<String> commands) {
        return commands.contains(ShellCompletionWords.CALL)
                ? NearestWord.to(word, SchemaCatalog.load().names())
                        .map(near -> "weathervane " + ShellCompletionWords.CALL + " " + near)
                : Optional.empty();
    }

    /** The end of a sentence about a word that is not known. */
    static String meant(Optional<String> nearest) {
        return nearest.map(name -> " (did you mean '" + name + "'?)").orElse("");
    }

    /** The option of this command that the word is nearest to, with its dashes; the word may have a value. */
    static Optional<String> option(CommandLine line, String word) {
        int equals = word.indexOf('=');
        return NearestWord.to(equals < 0 ? word : word.substring(0, equals), options(line));
    }

    static List<String> options(CommandLine line) {
        return line.getCommandSpec().options().stream()
                .filter(option -> !option.hidden())
                .flatMap(option -> Arrays.stream(option.names()))
                .filter(name -> name.startsWith("--"))
                .toList();
    }

    private static String optionsOf(CommandLine line) {
        return "; " + line.getCommandSpec().qualifiedName() + " takes " + String.join(", ", options(line));
    }

    private static boolean takesWords(CommandLine line) {
        return !line.getCommandSpec().positionalParameters().isEmpty();
    }
}
