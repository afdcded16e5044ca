package io.weathervane.worker;

import io.weathervane.worker.RemoteAuth.BearerToken;
import io.weathervane.worker.RemoteAuth.OAuthClient;
import io.weathervane.worker.RemoteTlsFiles.ClientCertificate;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes the access to a remote server into its release's JSON, and reads it. */
final class RemoteAccessSpecCodec {
    private static final String HEADERS = "headers";
    private static final String AUTH = "auth";
    private static final String BEARER = "bearer";
    private static final String OAUTH = "oauth";
    private static final String TOKEN_URL = "tokenUrl";
    private static final String CLIENT_ID = "clientId";
    private static final String CLIENT_SECRET = "clientSecret";
    private static final String SCOPE = "scope";
    private static final String RESOURCE = "resource";
    private static final String TLS = "tls";
    private static final String CA = "ca";
    private static final String CERTIFICATE = "certificate";
    private static final String KEY = "key";

    private RemoteAccessSpecCodec() {}

    /** Puts what there is into the release; nothing where there is nothing. */
    static void write(RemoteAccessSpec access, ObjectNode release) {
        if (!access.headers().isEmpty()) {
            ObjectNode headers = release.putObject(HEADERS);
            access.headers().forEach((name, value) -> headers.put(name, value.text()));
        }
        access.auth().ifPresent(auth -> write(auth, release.putObject(AUTH)));
        if (!access.tls().isEmpty()) {
            write(access.tls(), release.putObject(TLS));
        }
    }

    private static void write(RemoteAuth auth, ObjectNode json) {
        if (auth instanceof OAuthClient client) {
            ObjectNode oauth = json.putObject(OAUTH)
                    .put(TOKEN_URL, client.tokenUrl().toString())
                    .put(CLIENT_ID, client.clientId())
                    .put(CLIENT_SECRET, client.secret().toString());
            client.scope().ifPresent(scope -> oauth.put(SCOPE, scope));
            client.resource().ifPresent(resource -> oauth.put(RESOURCE, resource));
        } else {
            json.put(BEARER, auth.secret().toString());
        }
    }

    private static void write(RemoteTlsFiles tls, ObjectNode json) {
        tls.ca().ifPresent(ca -> json.put(CA, ca.toString()));
        tls.client()
                .ifPresent(client -> json.put(CERTIFICATE, client.certificate().toString())
                        .put(KEY, client.key().toString()));
    }

    /** @throws IllegalArgumentException when it is not understood */
    static RemoteAccessSpec read(JsonNode release) {
        Map<String, HeaderTemplate> headers = new LinkedHashMap<>();
        release.path(HEADERS)
                .properties()
                .forEach(header -> headers.put(
                        header.getKey(), new HeaderTemplate(header.getValue().asString(""))));
        Optional<RemoteAuth> auth = Optional.ofNullable(release.get(AUTH)).map(RemoteAccessSpecCodec::auth);
        return new RemoteAccessSpec(headers, auth, tls(release.path(TLS)));
    }

    private static RemoteAuth auth(JsonNode json) {
        JsonNode oauth = json.path(OAUTH);
        if (oauth.isMissingNode()) {
            return new BearerToken(secret(json.path(BEARER)));
        }
        return new OAuthClient(
                URI.create(oauth.path(TOKEN_URL).asString("")),
                oauth.path(CLIENT_ID).asString(""),
                secret(oauth.path(CLIENT_SECRET)),
                text(oauth, SCOPE),
                text(oauth, RESOURCE));
    }

    private static SecretReference secret(JsonNode json) {
        return SecretReference.parse(json.asString(""))
                .orElseThrow(() -> new IllegalArgumentException("a secret that is no reference"));
    }

    private static RemoteTlsFiles tls(JsonNode json) {
        Optional<Path> key = text(json, KEY).map(Path::of);
        return new RemoteTlsFiles(
                text(json, CA).map(Path::of),
                text(json, CERTIFICATE)
                        .map(Path::of)
                        .flatMap(certificate -> key.map(its -> new ClientCertificate(certificate, its))));
    }

    private static Optional<String> text(JsonNode json, String name) {
        return Optional.ofNullable(json.get(name)).map(value -> value.asString(""));
    }
}
