package io.weathervane.auth;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.tool.CallerRole;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The token file's text: {@code {"tokens": [{"name", "sha256", "roles", "created", "expires"}]}}. */
final class TokenFileCodec {
    /** Most tokens of a file. */
    static final int TOKENS_MAX = 1_000;

    private static final Set<String> KEYS = Set.of("name", "sha256", "roles", "created", "expires");

    private TokenFileCodec() {}

    static byte[] write(List<TokenEntry> entries) {
        ObjectNode json = JsonRpcCodec.JSON.createObjectNode();
        ArrayNode tokens = json.putArray("tokens");
        for (TokenEntry entry : entries) {
            ObjectNode token = tokens.addObject();
            token.put("name", entry.name()).put("sha256", entry.sha256());
            ArrayNode roles = token.putArray("roles");
            entry.roles().stream().sorted().map(CallerRole::wireName).forEach(roles::add);
            token.put("created", entry.created().toString());
            entry.expires().ifPresent(end -> token.put("expires", end.toString()));
        }
        return JsonRpcCodec.JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json);
    }

    /** @throws TokenFileException when it is not understood whole: a part would be a guess at who may come in */
    static List<TokenEntry> read(byte[] bytes) {
        JsonNode json = tree(bytes);
        JsonNode tokens = json.path("tokens");
        if (!tokens.isArray() || json.size() != 1) {
            throw new TokenFileException("must be {\"tokens\": [...]} and nothing else");
        }
        if (tokens.size() > TOKENS_MAX) {
            throw new TokenFileException("has more than " + TOKENS_MAX + " tokens");
        }
        List<TokenEntry> entries = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (JsonNode token : tokens) {
            TokenEntry entry = entry(token, "tokens[" + entries.size() + "]");
            if (!names.add(entry.name())) {
                throw new TokenFileException("has the name " + entry.name() + " twice");
            }
            entries.add(entry);
        }
        return List.copyOf(entries);
    }

    private static JsonNode tree(byte[] bytes) {
        try {
            return JsonRpcCodec.JSON.readTree(bytes);
        } catch (JacksonException e) {
            throw new TokenFileException("is not JSON (line " + e.getLocation().getLineNr() + ")");
        }
    }

    private static TokenEntry entry(JsonNode token, String place) {
        if (!token.isObject() || !KEYS.containsAll(token.propertyNames())) {
            throw new TokenFileException("has something else than an object of "
                    + String.join(", ", KEYS.stream().sorted().toList()));
        }
        try {
            return new TokenEntry(
                    token.path("name").asString(""),
                    token.path("sha256").asString(""),
                    roles(token.path("roles"), place),
                    time(token, "created").orElse(Instant.EPOCH),
                    time(token, "expires"));
        } catch (IllegalArgumentException e) {
            throw new TokenFileException("has a fault at " + place + ": " + e.getMessage());
        } catch (DateTimeException e) {
            throw new TokenFileException("has a fault at " + place + ": a time is written as 2026-12-31T23:59:59Z");
        }
    }

    private static Set<CallerRole> roles(JsonNode names, String place) {
        Set<CallerRole> roles = EnumSet.noneOf(CallerRole.class);
        for (JsonNode name : names) {
            roles.add(CallerRole.of(name.asString(""))
                    .orElseThrow(() -> new TokenFileException(
                            "has a fault at " + place + ": a role is viewer, operator or approver")));
        }
        return roles;
    }

    private static Optional<Instant> time(JsonNode token, String key) {
        return token.has(key) ? Optional.of(Instant.parse(token.path(key).asString(""))) : Optional.empty();
    }
}
