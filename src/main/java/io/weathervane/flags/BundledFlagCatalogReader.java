package io.weathervane.flags;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads {@code schemas/flags.json}, which is packed into the jar; a mistake in it is a mistake in the build. */
final class BundledFlagCatalogReader {
    private static final String RESOURCE = "/io/weathervane/manifest/schemas/flags.json";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private BundledFlagCatalogReader() {}

    static List<FlagDefinition> read() {
        try (InputStream file = BundledFlagCatalogReader.class.getResourceAsStream(RESOURCE)) {
            if (file == null) {
                throw new IllegalStateException("not on the class path: " + RESOURCE);
            }
            List<FlagDefinition> definitions = new ArrayList<>();
            JSON.readTree(file).required("flags").forEach(flag -> definitions.add(definition(flag)));
            return definitions;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + RESOURCE, e);
        }
    }

    private static FlagDefinition definition(JsonNode flag) {
        String key = text(flag, "key");
        FlagType type = FlagType.of(text(flag, "type"))
                .orElseThrow(() -> new IllegalStateException(key + ": no such type: " + text(flag, "type")));
        FlagValueRule rule = new FlagValueRule(
                type,
                flag.path("values").valueStream().map(JsonNode::stringValue).toList(),
                flag.path("minimum").asDouble(Double.NEGATIVE_INFINITY),
                flag.path("maximum").asDouble(Double.POSITIVE_INFINITY));
        return new FlagDefinition(key, rule, text(flag, "default"), text(flag, "description"));
    }

    private static String text(JsonNode flag, String field) {
        return flag.required(field).stringValue();
    }
}
