package io.weathervane.worker;

import io.weathervane.jsonrpc.JsonRpcCodec;
import java.net.URI;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes the addresses of a remote release as the JSON that the database has, and reads them: they have no secret. */
final class RemoteSpecCodec {
    private RemoteSpecCodec() {}

    static ObjectNode write(RemoteSpec remote) {
        ObjectNode json = JsonRpcCodec.JSON.createObjectNode();
        remote.urls().forEach(url -> json.withArray("urls").add(url.toString()));
        remote.dryRunUrl().ifPresent(url -> json.put("dryRunUrl", url.toString()));
        RemoteAccessSpecCodec.write(remote.access(), json);
        return json;
    }

    /** Throws {@link IllegalArgumentException} when it is none. */
    static RemoteSpec read(JsonNode json) {
        return new RemoteSpec(
                ReleaseDefinitionCodec.texts(json.path("urls")).stream()
                        .map(URI::create)
                        .toList(),
                Optional.ofNullable(json.get("dryRunUrl")).map(url -> URI.create(url.asString(""))),
                RemoteAccessSpecCodec.read(json));
    }
}
