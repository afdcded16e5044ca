package io.weathervane.resource.builtin;

import io.weathervane.resource.ResourceContents;
import io.weathervane.resource.ResourceDefinition;
import io.weathervane.resource.ResourceTemplate;
import io.weathervane.util.SafeText;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Resources that belong together. */
interface ResourceFamily {
    String JSON_TYPE = "application/json";

    /** Indented: people look at it too. */
    JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    List<ResourceDefinition> list();

    default List<ResourceTemplate> templates() {
        return List.of();
    }

    /** Empty when the URI is none of these; whatever is in it is a stranger's. */
    Optional<ResourceContents> read(String uri);

    static ResourceContents json(String uri, JsonNode content) {
        return ResourceContents.text(uri, JSON_TYPE, SafeText.json(JSON.writeValueAsString(content)));
    }
}
