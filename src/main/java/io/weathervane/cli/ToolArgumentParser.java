package io.weathervane.cli;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.util.NearestWord;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The words after a tool's name, read by the tool's own input schema. */
final class ToolArgumentParser {
    /** The argument that may stand alone, without its name: {@code mcp_admin_flags set}. */
    private static final String ACTION = "action";

    private static final String SET = "set";
    private static final String FLAG = "flag";

    /** Takes all arguments as one JSON object, unless the tool has an option of this name itself. */
    private static final String JSON_ARGUMENTS = "json-args";

    private static final SchemaPropertyOption ALL = new SchemaPropertyOption(
            JSON_ARGUMENTS, JsonRpcCodec.JSON.createObjectNode().put("type", "object"), /* required= */ false);

    private final String tool;
    private final List<SchemaPropertyOption> options;
    private final boolean takesOthers;
    private final List<String> besides;

    private ToolArgumentParser(
            String tool, List<SchemaPropertyOption> options, boolean takesOthers, List<String> besides) {
        this.tool = tool;
        this.options = options;
        this.takesOthers = takesOthers;
        this.besides = besides;
    }

    /** @param names options of the command itself, with their dashes: a mistyped one may have meant one of these */
    ToolArgumentParser besides(List<String> names) {
        return new ToolArgumentParser(tool, options, takesOthers, List.copyOf(names));
    }

    /** @param definition the tool as it stands in {@code tools/list} */
    static ToolArgumentParser of(ObjectNode definition) {
        JsonNode schema = definition.path("inputSchema");
        List<String> required =
                schema.path("required").valueStream().map(JsonNode::asString).toList();
        List<SchemaPropertyOption> options = schema.path("properties")
                .propertyStream()
                .map(property -> new SchemaPropertyOption(
                        property.getKey(), property.getValue(), required.contains(property.getKey())))
                .toList();
        boolean closed = schema.path("additionalProperties").isBoolean()
                && !schema.path("additionalProperties").asBoolean();
        return new ToolArgumentParser(definition.path("name").asString(""), options, !closed, List.of());
    }

    List<SchemaPropertyOption> all() {
        return options;
    }

    Optional<SchemaPropertyOption> action() {
        return options.stream()
                .filter(option -> option.property().equals(ACTION))
                .findFirst();
    }

    /**
     * The tool's arguments.
     *
     * @throws UsageException naming the word that is unknown, misplaced or of the wrong type, or what is missing
     */
    ObjectNode parse(List<String> words) {
        ObjectNode arguments = JsonRpcCodec.JSON.createObjectNode();
        Deque<String> rest = new ArrayDeque<>(words);
        while (!rest.isEmpty()) {
            String word = rest.removeFirst();
            if (word.startsWith("--") && word.length() > 2) {
                readOption(arguments, word.substring(2), rest);
            } else {
                readAction(arguments, word, rest);
            }
        }
        requireAll(arguments);
        return arguments;
    }

    private void readOption(ObjectNode arguments, String word, Deque<String> rest) {
        int equals = word.indexOf('=');
        String name = equals < 0 ? word : word.substring(0, equals);
        Optional<SchemaPropertyOption> known = named(name);
        if (known.isEmpty() && name.equals(JSON_ARGUMENTS)) {
            readAll(arguments, equals < 0 ? nextValue(ALL, rest) : word.substring(equals + 1));
            return;
        }
        SchemaPropertyOption option = known.orElseThrow(() -> unknown(name));
        String value = equals < 0 ? nextValue(option, rest) : word.substring(equals + 1);
        put(arguments, option, option.parse(value));
    }

    /** As they are: a tool whose schema names no properties is called in no other way. */
    private void readAll(ObjectNode arguments, String text) {
        for (Map.Entry<String, JsonNode> argument : ALL.parse(text).properties()) {
            if (arguments.has(argument.getKey())) {
                throw new UsageException("--" + argument.getKey() + " is given twice: "
                        + arguments.get(argument.getKey()) + " and, in " + ALL.name() + ", " + argument.getValue());
            }
            arguments.set(argument.getKey(), argument.getValue());
        }
    }

    private String nextValue(SchemaPropertyOption option, Deque<String> rest) {
        String next = rest.isEmpty() ? "" : rest.peekFirst();
        if (option.isSwitch() && !next.equals("true") && !next.equals("false")) {
            return "true";
        }
        if (rest.isEmpty()) {
            throw new UsageException(option.name() + " wants a value: " + option.placeholder());
        }
        if (isOption(next)) {
            throw new UsageException(option.name() + " wants a value: " + option.placeholder() + ", but the option "
                    + next + " follows; write " + option.name() + "=" + next + " where that is the value");
        }
        return rest.removeFirst();
    }

    private boolean isOption(String word) {
        if (!word.startsWith("--") || word.length() == 2) {
            return false;
        }
        int equals = word.indexOf('=');
        String name = word.substring(2, equals < 0 ? word.length() : equals);
        return named(name).isPresent() || name.equals(JSON_ARGUMENTS);
    }

    private void readAction(ObjectNode arguments, String word, Deque<String> rest) {
        Optional<SchemaPropertyOption> map = word.indexOf('=') > 0 ? onlyMap() : Optional.empty();
        if (map.isPresent()) {
            put(arguments, map.get(), map.get().parse(word));
            return;
        }
        SchemaPropertyOption action = action().orElseThrow(() ->
                new UsageException("'" + word + "' is one word too many: " + tool + " takes options only" + known()));
        if (arguments.has(ACTION) && !action.choices().contains(word)) {
            throw new UsageException("'" + word + "' is one word too many: "
                    + inForm(arguments.path(ACTION).asString(""), word, rest));
        }
        put(arguments, action, action.parse(word));
    }

    /** How a key, and its value where one follows, are written after an action such as {@code set}. */
    private String inForm(String done, String word, Deque<String> rest) {
        String line = "write `call " + tool + " " + done + " ";
        if (done.equals(SET) && onlyMap().isPresent()) {
            String value = rest.isEmpty() || rest.peekFirst().startsWith("--") ? "VALUE" : rest.peekFirst();
            return line + word + "=" + value + "`";
        }
        return named(FLAG)
                .map(option -> line + option.name() + " " + word + "`")
                .orElseGet(() -> tool + " takes one action" + known());
    }

    /** The one argument that takes keys and values: {@code mcp_admin_flags set DISABLE_NEW=0} means its flags. */
    private Optional<SchemaPropertyOption> onlyMap() {
        List<SchemaPropertyOption> maps =
                options.stream().filter(SchemaPropertyOption::isMap).toList();
        return maps.size() == 1 ? Optional.of(maps.get(0)) : Optional.empty();
    }

    /** A list or a map may be given in several pieces; anything else once. */
    private static void put(ObjectNode arguments, SchemaPropertyOption option, JsonNode value) {
        checkChoice(option, value);
        JsonNode before = arguments.get(option.property());
        if (before == null) {
            arguments.set(option.property(), value);
        } else if (before instanceof ArrayNode list && value instanceof ArrayNode more) {
            list.addAll(more);
        } else if (option.isMap() && before instanceof ObjectNode map && value instanceof ObjectNode more) {
            putAll(option, map, more);
        } else {
            throw new UsageException(option.name() + " is given twice: " + before + " and " + value);
        }
    }

    private static void putAll(SchemaPropertyOption option, ObjectNode map, ObjectNode more) {
        for (Map.Entry<String, JsonNode> entry : more.properties()) {
            if (map.has(entry.getKey())) {
                throw new UsageException(entry.getKey() + " is given twice in " + option.name() + ": "
                        + map.get(entry.getKey()) + " and " + entry.getValue());
            }
            map.set(entry.getKey(), entry.getValue());
        }
    }

    private static void checkChoice(SchemaPropertyOption option, JsonNode value) {
        List<String> choices = option.choices();
        List<JsonNode> given = value.isArray() ? value.valueStream().toList() : List.of(value);
        for (JsonNode one : given) {
            if (!choices.isEmpty() && !choices.contains(one.asString(""))) {
                throw new UsageException(option.name() + " cannot be '" + one.asString("") + "'"
                        + suggestion(NearestWord.to(one.asString(""), choices)) + "; it can be "
                        + String.join(", ", choices));
            }
        }
    }

    private Optional<SchemaPropertyOption> named(String word) {
        return options.stream()
                .filter(option -> option.property().equals(word))
                .findFirst()
                .or(() ->
                        options.stream().filter(option -> option.isNamed(word)).findFirst());
    }

    private UsageException unknown(String word) {
        List<String> names = Stream.of(
                        options.stream().map(SchemaPropertyOption::name), besides.stream(), Stream.of(ALL.name()))
                .flatMap(each -> each)
                .toList();
        return new UsageException(
                tool + " has no option '--" + word + "'" + suggestion(NearestWord.to("--" + word, names)) + known());
    }

    private String known() {
        if (options.isEmpty()) {
            return takesOthers
                    ? "; its schema names none, so give all arguments as one object: " + ALL.name()
                            + " '{\"NAME\": ...}'"
                    : "; it takes none";
        }
        return "; it takes " + options.stream().map(SchemaPropertyOption::name).collect(Collectors.joining(", "));
    }

    private void requireAll(ObjectNode arguments) {
        String missing = options.stream()
                .filter(option -> option.required() && !arguments.has(option.property()))
                .map(option ->
                        option.property().equals(ACTION) ? "ACTION (" + option.placeholder() + ")" : option.name())
                .collect(Collectors.joining(", "));
        if (!missing.isEmpty()) {
            throw new UsageException(tool + " needs " + missing);
        }
    }

    static String suggestion(Optional<String> nearest) {
        return nearest.map(name -> " (did you mean '" + name + "'?)").orElse("");
    }
}
