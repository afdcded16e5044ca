package io.weathervane.tool;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One JSON Schema (2020-12), and its findings in words. Never goes to the network or to a file for a reference. Made
 * ready at its first use: a server has some thirty of them and its first answer needs one.
 */
final class JsonSchemaValidator {
    /** Most findings reported at a time: the first few are what a caller can act on. */
    private static final int PROBLEMS_MAX = 5;

    private final JsonNode json;
    private final SchemaViolationFormatter wording;
    private volatile @Nullable Schema ready;

    /** @param noun what a value in the checked object is called: argument, field */
    JsonSchemaValidator(String noun, JsonNode schema) {
        this.json = schema;
        this.wording = new SchemaViolationFormatter(noun, schema);
    }

    List<String> problems(JsonNode value) {
        List<Error> errors = schema().validate(value);
        return errors.isEmpty()
                ? List.of()
                : errors.stream()
                        .map(wording::sentence)
                        .distinct()
                        .limit(PROBLEMS_MAX)
                        .toList();
    }

    /**
     * The schema, ready to check with.
     *
     * @throws RuntimeException when it is no JSON Schema
     */
    Schema schema() {
        Schema known = ready;
        return known == null ? prepare() : known;
    }

    private synchronized Schema prepare() {
        Schema known = ready;
        if (known == null) {
            known = offlineRegistry().getSchema(json);
            known.initializeValidators();
            ready = known;
        }
        return known;
    }

    /** A registry of its own for each schema, so that no two schemas can see each other's ids. */
    private static SchemaRegistry offlineRegistry() {
        return SchemaRegistry.withDefaultDialect(
                SpecificationVersion.DRAFT_2020_12,
                builder -> builder.schemaRegistryConfig(SchemaRegistryConfig.builder()
                                .locale(Locale.ROOT)
                                .build())
                        .schemaLoader(loader -> loader.fetchRemoteResources(false)
                                .block(iri -> !iri.toString().startsWith("https://json-schema.org/draft/"))));
    }
}
