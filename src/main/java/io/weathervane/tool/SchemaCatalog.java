package io.weathervane.tool;

import io.weathervane.jsonrpc.JsonRpcCodec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Catalog of our own tools: the manifest {@code tools.json} with the schemas it points at put in their place. Built
 * once, read only afterwards.
 */
public final class SchemaCatalog {
    private static final String FOLDER = "/io/weathervane/manifest/";

    /** What of a tool in the manifest is the command line's, and no client's. */
    private static final String COMMAND_LINE = "commandLine";

    private final Map<String, Entry> byName = new LinkedHashMap<>();

    /** Definition of one tool, and the checks by its schemas. */
    record Entry(ToolDefinition definition, JsonSchemaValidator input, JsonSchemaValidator output) {
        /** Problems of the arguments, a sentence each for the caller to act on; empty when they fit. */
        List<String> inputProblems(ObjectNode arguments) {
            List<String> numbers = JsonNumberPrecisionCheck.problems(arguments);
            return numbers.isEmpty() ? input.problems(arguments) : numbers;
        }
    }

    private SchemaCatalog(ObjectNode toolsJson, Function<String, ObjectNode> schemaByPath) {
        for (JsonNode tool : toolsJson.path("tools")) {
            Entry entry = entry(((ObjectNode) tool).deepCopy(), schemaByPath);
            if (byName.put(entry.definition.name(), entry) != null) {
                throw new IllegalArgumentException("tools.json has " + entry.definition.name() + " twice");
            }
        }
    }

    /** The manifest and the schemas that are in the jar. */
    public static SchemaCatalog load() {
        return of(resource("tools.json"), SchemaCatalog::resource);
    }

    /**
     * A catalog from other places than the jar.
     *
     * @param toolsJson {@code {"tools": [{"name", "title", "description", "inputSchema", "outputSchema", "annotations"}]}}
     * @param schemaByPath the schema that a {@code {"$ref": "schemas/x.json"}} stands for
     */
    public static SchemaCatalog of(ObjectNode toolsJson, Function<String, ObjectNode> schemaByPath) {
        return new SchemaCatalog(toolsJson, schemaByPath);
    }

    /**
     * Part of the manifest in the jar that is for the command line alone: {@code confirm}, whether the command as it
     * was typed is the agreement, and {@code exitCodes}, the codes by the tool's answer. Empty of tools that are not
     * ours.
     */
    public static JsonNode commandLine(String toolName) {
        return resource("tools.json")
                .path("tools")
                .valueStream()
                .filter(tool -> tool.path("name").asString("").equals(toolName))
                .findFirst()
                .map(tool -> tool.path(COMMAND_LINE))
                .orElseGet(MissingNode::getInstance);
    }

    /** A tool's input schema as it is in the jar, without reading the others. */
    public static ObjectNode inputSchema(String toolName) {
        return resource("schemas/" + toolName + ".input.json");
    }

    /** The names of the tools, in the manifest's order. */
    public Collection<String> names() {
        return byName.keySet();
    }

    /** The definition of a tool; one that the manifest lacks is an IllegalArgumentException. */
    public ToolDefinition definition(String toolName) {
        return entry(toolName).definition;
    }

    /** Problems of the arguments, a sentence each for the caller to act on; empty when they fit. */
    public List<String> validateInput(String toolName, ObjectNode arguments) {
        return entry(toolName).inputProblems(arguments);
    }

    /** Problems of structured content; empty when it fits, and when the tool has no output schema. */
    public List<String> validateOutput(String toolName, ObjectNode structured) {
        return entry(toolName).output.problems(structured);
    }

    Entry entry(String toolName) {
        Entry entry = byName.get(toolName);
        if (entry == null) {
            throw new IllegalArgumentException("tools.json has no tool named " + toolName);
        }
        return entry;
    }

    private static Entry entry(ObjectNode tool, Function<String, ObjectNode> schemaByPath) {
        String name = tool.path("name").asString("");
        if (!tool.has("inputSchema") || name.isEmpty()) {
            throw new IllegalArgumentException("tools.json: a tool needs a name and an inputSchema: " + name);
        }
        tool.remove(COMMAND_LINE);
        inline(tool, "inputSchema", schemaByPath);
        inline(tool, "outputSchema", schemaByPath);
        JsonNode input = tool.path("inputSchema").deepCopy();
        JsonNode output = tool.path("outputSchema").isObject()
                ? tool.path("outputSchema").deepCopy()
                : JsonRpcCodec.JSON.createObjectNode();
        ListedSchema.shortenInput(tool.path("inputSchema"));
        ListedSchema.shortenOutput(tool.path("outputSchema"));
        return new Entry(
                new ToolDefinition(name, annotations(name, tool.path("annotations")), tool),
                new JsonSchemaValidator("argument", input),
                new JsonSchemaValidator("field", output));
    }

    private static void inline(ObjectNode tool, String field, Function<String, ObjectNode> schemaByPath) {
        JsonNode reference = tool.path(field).path("$ref");
        if (reference.isString()) {
            ObjectNode schema = schemaByPath.apply(reference.stringValue()).deepCopy();
            // Every reader of the list pays for it, and it says what the protocol says of a schema without it.
            schema.remove("$schema");
            tool.set(field, schema);
        }
    }

    /** Only our own check refuses other fields in a result: clients must accept those that a later version adds. */
    private static void allowMoreFields(JsonNode schema) {
        if (schema instanceof ObjectNode node
                && node.path("additionalProperties").isBoolean()) {
            node.remove("additionalProperties");
        }
        schema.values().forEach(SchemaCatalog::allowMoreFields);
    }

    /**
     * Leaves out of a listed result's schema what costs every reader more than it says: that a field may be null, that it
     * is a list, that a list is of texts. Our own check keeps all of it.
     */
    private static void shorten(JsonNode schema) {
        if (schema instanceof ObjectNode node) {
            if (node.path("items").size() == 1
                    && node.path("items").path("type").asString("").equals("string")) {
                node.remove("items");
            }
            JsonNode type = node.path("type");
            if (node.size() == 1 && (type.isArray() || type.asString("").equals("array"))) {
                node.remove("type");
            }
        }
        schema.values().forEach(SchemaCatalog::shorten);
    }

    private static ToolAnnotations annotations(String name, JsonNode hints) {
        return new ToolAnnotations(
                hint(name, hints, "readOnlyHint"),
                hint(name, hints, "destructiveHint"),
                hint(name, hints, "idempotentHint"),
                hint(name, hints, "openWorldHint"));
    }

    private static boolean hint(String name, JsonNode hints, String key) {
        JsonNode hint = hints.path(key);
        if (!hint.isBoolean()) {
            throw new IllegalArgumentException("tools.json: " + name + " must say " + key);
        }
        return hint.booleanValue();
    }

    private static ObjectNode resource(String path) {
        try (InputStream in = SchemaCatalog.class.getResourceAsStream(FOLDER + path)) {
            if (in == null) {
                throw new IllegalStateException("the jar lacks " + path);
            }
            return (ObjectNode) JsonRpcCodec.JSON.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException("the jar's " + path + " cannot be read", e);
        }
    }
}
