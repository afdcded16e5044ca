package io.weathervane.cli;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.tool.SchemaCatalog;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A tool's arguments as picocli options, made from its input schema: names, types, values, help, completion and errors come
 * from there.
 *
 * @param byName by the name that is shown, in the schema's order
 */
record ToolSchemaOptions(Map<String, SchemaPropertyOption> byName) {
    /** @param schema a tool's input schema */
    static ToolSchemaOptions of(JsonNode schema) {
        List<String> required =
                schema.path("required").valueStream().map(JsonNode::asString).toList();
        Map<String, SchemaPropertyOption> byName = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            SchemaPropertyOption option = new SchemaPropertyOption(
                    property.getKey(), property.getValue(), required.contains(property.getKey()));
            byName.putIfAbsent(byName.containsKey(option.name()) ? "--" + property.getKey() : option.name(), option);
        }
        byName.remove("--"); // the name of no option that can be typed
        return new ToolSchemaOptions(byName);
    }

    /** Those of one of our own tools, without some of them. */
    static ToolSchemaOptions of(String tool, Set<String> without) {
        ToolSchemaOptions all = of(SchemaCatalog.inputSchema(tool));
        all.byName.values().removeIf(option -> without.contains(option.property()));
        return all;
    }

    CommandSpec addTo(CommandSpec spec) {
        byName.forEach((name, option) -> spec.addOption(option.spec(name)));
        return spec;
    }

    /** The arguments that were given as options. */
    ObjectNode read(ParseResult parsed) {
        ObjectNode arguments = JsonRpcCodec.JSON.createObjectNode();
        for (OptionSpec given : parsed.matchedOptionsSet()) {
            SchemaPropertyOption option = byName.get(given.longestName());
            if (option != null) {
                arguments.set(option.property(), option.valueOf(given.getValue()));
            }
        }
        return arguments;
    }

    Optional<SchemaPropertyOption> find(String property) {
        return byName.values().stream()
                .filter(option -> option.property().equals(property))
                .findFirst();
    }

    /** The word with the option's shown name in it: kebab-case, snake_case and camelCase are one. */
    String canonical(String word) {
        int end = word.contains("=") ? word.indexOf('=') : word.length();
        if (!word.startsWith("--") || byName.containsKey(word.substring(0, end))) {
            return word;
        }
        String typed = word.substring(2, end);
        return byName.entrySet().stream()
                .filter(option -> option.getValue().property().equals(typed))
                .findFirst()
                .or(() -> byName.entrySet().stream()
                        .filter(option -> folded(option.getValue().property()).equals(folded(typed)))
                        .findFirst())
                .map(option -> option.getKey() + word.substring(end))
                .orElse(word);
    }

    /** A sentence about arguments, such as the server's refusal, with the names that are typed here. */
    String inOptions(String sentence) {
        String said = sentence;
        for (Map.Entry<String, SchemaPropertyOption> option : byName.entrySet()) {
            String property = option.getValue().property();
            said = property.contains("_") ? said.replace(property, option.getKey()) : said;
            said = said.startsWith(property + " ") ? option.getKey() + said.substring(property.length()) : said;
        }
        return said;
    }

    private static String folded(String name) {
        return name.replace("-", "").replace("_", "").toLowerCase(Locale.ROOT);
    }
}
