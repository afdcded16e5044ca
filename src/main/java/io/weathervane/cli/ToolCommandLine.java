package io.weathervane.cli;

import io.weathervane.jsonrpc.JsonRpcCodec;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A tool as a picocli command, made from its input schema: {@code weathervane call TOOL ...}. */
final class ToolCommandLine {
    /** The argument that may stand alone, without its name: {@code mcp_admin_flags set}. */
    private static final String ACTION = "action";

    private static final String SET = "set";
    private static final String FLAG = "flag";
    private static final int HELP_WIDTH = 100;
    private static final int OPTION_WIDTH = 40;

    /** Takes all arguments as one JSON object, unless the tool has an option of this name itself. */
    private static final SchemaPropertyOption ALL = new SchemaPropertyOption(
            "json-args",
            JsonRpcCodec.JSON
                    .createObjectNode()
                    .put("type", "object")
                    .put("description", "All arguments as one object."),
            /* required= */ false);

    private final String tool;
    private final ToolSchemaOptions options;
    private final Optional<SchemaPropertyOption> action;
    private final CommandLine line;

    /**
     * @param call the command that the tool's name follows: its options may follow, too, and are read by it
     * @param definition the tool as it stands in {@code tools/list}
     */
    ToolCommandLine(CommandLine call, ObjectNode definition) {
        this.tool = definition.path("name").asString("");
        this.options = ToolSchemaOptions.of(definition.path("inputSchema"));
        this.action = options.find(ACTION);
        this.line = new CommandLine(spec(call.getCommandSpec(), definition))
                .setExpandAtFiles(false)
                .setInterpolateVariables(false)
                .setPosixClusteredShortOptionsAllowed(false)
                .setUsageHelpWidth(HELP_WIDTH)
                .setUsageHelpLongOptionsMaxWidth(OPTION_WIDTH)
                .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
                .setOut(call.getOut())
                .setErr(call.getErr());
    }

    private CommandSpec spec(CommandSpec call, ObjectNode definition) {
        CommandSpec spec = options.addTo(CommandSpec.create().name(call.qualifiedName() + " " + tool));
        String description = definition.path("description").asString("");
        spec.usageMessage()
                .abbreviateSynopsis(true)
                .sortOptions(false)
                .description(SchemaPropertyOption.plain(description).replace("%", "%%"));
        if (action.isPresent() || onlyMap().isPresent()) {
            spec.addPositional(PositionalParamSpec.builder()
                    .index("0..*")
                    .arity("0..*")
                    .type(List.class)
                    .auxiliaryTypes(String.class)
                    .paramLabel(Stream.of(
                                    action.map(SchemaPropertyOption::label),
                                    onlyMap().map(map -> "KEY=VALUE"))
                            .flatMap(Optional::stream)
                            .collect(Collectors.joining("|")))
                    .completionCandidates(
                            action.map(SchemaPropertyOption::choices).orElseGet(List::of))
                    .build());
        }
        JsonNode others = definition.at("/inputSchema/additionalProperties");
        boolean takesNone = options.byName().isEmpty() && others.isBoolean() && !others.booleanValue();
        Stream.concat(
                        takesNone ? Stream.empty() : Stream.of(allArguments()),
                        call.options().stream()
                                .filter(option -> !option.hidden())
                                .map(ToolCommandLine::unbound))
                .filter(option -> Stream.of(option.names()).noneMatch(name -> spec.findOption(name) != null))
                .forEach(spec::addOption);
        return spec;
    }

    /** Shown where there is no other way. */
    private OptionSpec allArguments() {
        return ALL.spec(ALL.name()).toBuilder()
                .hidden(!options.byName().isEmpty())
                .build();
    }

    /** The same words, which set nothing: the command itself has read its options. */
    private static OptionSpec unbound(OptionSpec option) {
        return OptionSpec.builder(option.names())
                .paramLabel(option.paramLabel())
                .arity(option.arity().toString())
                .type(option.arity().max() == 0 ? boolean.class : String.class)
                .description(option.description())
                .build();
    }

    CommandLine line() {
        return line;
    }

    /**
     * The tool's arguments.
     *
     * @throws picocli.CommandLine.ParameterException naming the option that is unknown or of the wrong type
     * @throws UsageException naming the word that is misplaced, or what is missing
     */
    ObjectNode parse(List<String> words) {
        ParseResult parsed =
                line.parseArgs(words.stream().map(options::canonical).toArray(String[]::new));
        ObjectNode arguments = options.read(parsed);
        if (!options.byName().containsKey(ALL.name()) && parsed.hasMatchedOption(ALL.name())) {
            addAll(arguments, parsed.matchedOptionValue(ALL.name(), JsonRpcCodec.JSON.createObjectNode()));
        }
        readWords(arguments, parsed.matchedPositionalValue(0, List.of()));
        requireAll(arguments);
        return arguments;
    }

    /** As they are: a tool whose schema names no properties is called in no other way. */
    private static void addAll(ObjectNode arguments, JsonNode all) {
        for (Map.Entry<String, JsonNode> argument : all.properties()) {
            if (arguments.has(argument.getKey())) {
                throw new UsageException("--" + argument.getKey() + " is given twice: "
                        + arguments.get(argument.getKey()) + " and, in " + ALL.name() + ", " + argument.getValue());
            }
            arguments.set(argument.getKey(), argument.getValue());
        }
    }

    /** An action, and keys with their values for the one argument that takes such. */
    private void readWords(ObjectNode arguments, List<String> words) {
        Deque<String> rest = new ArrayDeque<>(words);
        while (!rest.isEmpty()) {
            String word = rest.removeFirst();
            Optional<SchemaPropertyOption> map = word.indexOf('=') > 0 ? onlyMap() : Optional.empty();
            if (map.isPresent()) {
                map.get()
                        .add(
                                arguments.withObjectProperty(map.get().property()),
                                map.get().convert(word));
            } else {
                readAction(arguments, word, rest);
            }
        }
    }

    private void readAction(ObjectNode arguments, String word, Deque<String> rest) {
        String done = arguments.path(ACTION).asString("");
        SchemaPropertyOption known = action.filter(
                        option -> done.isEmpty() || option.choices().contains(word))
                .orElseThrow(
                        () -> new UsageException("'" + word + "' is one word too many: " + inForm(done, word, rest)));
        if (!done.isEmpty()) {
            throw new UsageException(known.name() + " is given twice: " + done + " and " + word);
        }
        try {
            arguments.set(ACTION, known.convert(word));
        } catch (TypeConversionException e) {
            throw new UsageException(known.label() + " is wanted here, " + e.getMessage());
        }
    }

    /** How a key, and its value where one follows, are written after an action such as {@code set}. */
    private String inForm(String done, String word, Deque<String> rest) {
        String typed = "write `call " + tool + " " + done + " ";
        if (done.equals(SET) && onlyMap().isPresent()) {
            return typed + word + "=" + (rest.isEmpty() ? "VALUE" : rest.peekFirst()) + "`";
        }
        return options.find(FLAG)
                .map(option -> typed + option.name() + " " + word + "`")
                .orElseGet(() -> tool + " takes one action");
    }

    /** The one argument that takes keys and values: {@code mcp_admin_flags set DISABLE_NEW=0} means its flags. */
    private Optional<SchemaPropertyOption> onlyMap() {
        List<SchemaPropertyOption> maps = new ArrayList<>(options.byName().values());
        maps.removeIf(option -> !option.isMap());
        return maps.size() == 1 ? Optional.of(maps.get(0)) : Optional.empty();
    }

    private void requireAll(ObjectNode arguments) {
        String missing = options.byName().entrySet().stream()
                .filter(option -> option.getValue().required()
                        && !arguments.has(option.getValue().property()))
                .map(option -> option.getValue().property().equals(ACTION)
                        ? "ACTION (" + option.getValue().label() + ")"
                        : option.getKey())
                .collect(Collectors.joining(", "));
        if (!missing.isEmpty()) {
            throw new UsageException(tool + " needs " + missing);
        }
    }
}
