package io.weathervane.auth;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.tool.CallerRole;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/** Metadata that a client needs to get a token for this server (RFC 9728). */
public final class ProtectedResourceMetadata {
    public static final String WELL_KNOWN = "/.well-known/oauth-protected-resource";

    private final URI resource;
    private final String issuer;
    private final Map<CallerRole, String> scopes;

    ProtectedResourceMetadata(OAuthOptions options) {
        this.resource = options.resource();
        this.issuer = options.issuer();
        this.scopes = options.tokens().scopes();
    }

    /** The document. */
    public ObjectNode metadata() {
        ObjectNode json = JsonRpcCodec.JSON.createObjectNode();
        json.put("resource", resource.toString());
        json.putArray("authorization_servers").add(issuer);
        List.of(CallerRole.values())
                .forEach(role -> json.withArray("scopes_supported").add(scopes.get(role)));
        json.putArray("bearer_methods_supported").add("header");
        json.put("resource_name", "WeatherVane MCP");
        return json;
    }

    /** Where the document is: the well-known path goes between host and path. */
    URI metadataAddress() {
        String path = resource.getPath() == null || resource.getPath().equals("/") ? "" : resource.getPath();
        return URI.create(resource.getScheme() + "://" + resource.getRawAuthority() + WELL_KNOWN + path);
    }

    /** All scopes that a caller needs for what takes this role: its own, and seeing what it works on. */
    String scopesFor(CallerRole role) {
        return String.join(
                " ",
                Stream.of(CallerRole.VIEWER, role).distinct().map(scopes::get).toList());
    }
}
