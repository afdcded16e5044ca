package io.weathervane.config;

import io.weathervane.util.SafeText;
import io.weathervane.worker.HeaderTemplate;
import io.weathervane.worker.RemoteAccessSpec;
import io.weathervane.worker.RemoteAuth;
import io.weathervane.worker.RemoteAuth.BearerToken;
import io.weathervane.worker.RemoteAuth.OAuthClient;
import io.weathervane.worker.RemoteTlsFiles;
import io.weathervane.worker.RemoteTlsFiles.ClientCertificate;
import io.weathervane.worker.SecretReference;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads {@code headers}, {@code auth} and {@code tls} of a release with a URL: what lets requests into its server. */
final class RemoteAccessReader {
    private static final int HEADERS_MAX = 32;
    private static final int NAME_SHOWN_MAX = 60;
    private static final int TEXT_LENGTH_MAX = 1_000;
    private static final Pattern SCOPE =
            Pattern.compile("[\\x21\\x23-\\x5B\\x5D-\\x7E]+( [\\x21\\x23-\\x5B\\x5D-\\x7E]+)*");
    private static final Pattern VISIBLE = Pattern.compile("[\\x20-\\x7E]{1," + TEXT_LENGTH_MAX + "}");

    private final Path base;
    private final Map<String, String> environment;

    /**
     * A reader.
     *
     * @param base from where relative paths are meant
     * @param environment has the variables that the configuration refers to
     */
    RemoteAccessReader(Path base, Map<String, String> environment) {
        this.base = base;
        this.environment = environment;
    }

    RemoteAccessSpec read(Section release) {
        Map<String, HeaderTemplate> headers = headers(release);
        Optional<RemoteAuth> auth = release.section("auth", this::auth);
        Optional<RemoteTlsFiles> tls = release.section("tls", this::tls);
        if (auth.isPresent() && headers.keySet().stream().anyMatch("Authorization"::equalsIgnoreCase)) {
            throw release.problem("headers", "has Authorization, which auth sets: remove one of them");
        }
        return new RemoteAccessSpec(headers, auth, tls.orElseGet(RemoteTlsFiles::none));
    }

    private Map<String, HeaderTemplate> headers(Section release) {
        Optional<ObjectNode> written = release.tree("headers");
        Map<String, HeaderTemplate> headers = new LinkedHashMap<>();
        Set<String> taken = new HashSet<>();
        written.stream().flatMap(all -> all.properties().stream()).forEach(header -> {
            String name = header.getKey();
            String value = value(release, name, header.getValue());
            if (!taken.add(name.toLowerCase(Locale.ROOT))) {
                throw refused(release, name, "is there twice");
            }
            headers.put(name, template(release, name, value));
        });
        if (headers.size() > HEADERS_MAX) {
            throw release.problem("headers", "has " + headers.size() + " headers; at most " + HEADERS_MAX + " may be");
        }
        return headers;
    }

    /** The value may be a secret: no refusal shows it. */
    private static String value(Section release, String name, JsonNode value) {
        RequestHeaderRules.problemOfName(name).ifPresent(problem -> {
            throw refused(release, name, problem);
        });
        if (!value.isString()) {
            throw refused(release, name, "must have text as its value (in quotes when it looks like a number)");
        }
        String text = value.stringValue();
        RequestHeaderRules.problemOfValue(name, text).ifPresent(problem -> {
            throw refused(release, name, problem);
        });
        return text;
    }

    private HeaderTemplate template(Section release, String name, String value) {
        String text = value;
        for (SecretReference reference : new HeaderTemplate(value).references()) {
            SecretReference meant = reference.source() == SecretReference.Source.FILE
                    ? SecretReference.file(RelativePathResolver.resolve(base, reference.name())
                            .orElseThrow(() -> refused(release, name, "refers to a file whose name is no path")))
                    : reference;
            if (isUnset(meant)) {
                throw refused(release, name, "refers to " + meant.inWords() + ", which is not set");
            }
            text = text.replace(reference.toString(), meant.toString());
        }
        try {
            return new HeaderTemplate(text);
        } catch (IllegalArgumentException e) {
            throw refused(release, name, "refers to a file in a folder whose name has one of { } $");
        }
    }

    private static ConfigException refused(Section release, String name, String problem) {
        return release.problem("headers", "has " + SafeText.line(name, NAME_SHOWN_MAX) + ", which " + problem);
    }

    private RemoteAuth auth(Section section) {
        Optional<RemoteAuth> bearer = secret(section, "bearerEnv", "bearerFile").map(BearerToken::new);
        Optional<RemoteAuth> oauth = section.section("oauth", this::oauth).map(one -> one);
        if (bearer.isPresent() == oauth.isPresent()) {
            throw section.refused("must have exactly one of bearerEnv, bearerFile, oauth");
        }
        return bearer.or(() -> oauth).orElseThrow();
    }

    private OAuthClient oauth(Section section) {
        URI tokenUrl = tokenUrl(section);
        String clientId = visible(section, "clientId")
                .orElseThrow(() -> section.missing("clientId", "by which the token endpoint knows this client"));
        SecretReference secret = secret(section, "clientSecretEnv", "clientSecretFile")
                .orElseThrow(() -> section.missing(
                        "clientSecretEnv", "name the variable with the client's secret, or give clientSecretFile"));
        Optional<String> scope = section.words("scope");
        if (scope.filter(words -> !SCOPE.matcher(words).matches()).isPresent()) {
            throw section.problem("scope", "must be scopes with one space between them");
        }
        return new OAuthClient(tokenUrl, clientId, secret, scope, resource(section));
    }

    /** Goes over TLS, or stays on this machine: the request has the client's secret. */
    private static URI tokenUrl(Section section) {
        URI url = HttpUrls.read(section, "tokenUrl", "where the token is fetched");
        if (!HttpUrls.isProtected(url)) {
            throw section.problem(
                    "tokenUrl", "must be https (http only on this machine): the client's secret goes there");
        }
        if (url.getRawFragment() != null) {
            throw section.problem("tokenUrl", "must have no fragment");
        }
        return url;
    }

    private static Optional<String> resource(Section section) {
        Optional<String> resource = visible(section, "resource");
        resource.ifPresent(text -> {
            try {
                URI uri = new URI(text);
                if (!uri.isAbsolute() || uri.getRawFragment() != null) {
                    throw section.problem("resource", "must be an absolute URI without a fragment");
                }
            } catch (URISyntaxException e) {
                throw section.problem("resource", "is no URI", e);
            }
        });
        return resource;
    }

    private static Optional<String> visible(Section section, String key) {
        Optional<String> text = section.words(key);
        if (text.filter(one -> !VISIBLE.matcher(one).matches()).isPresent()) {
            throw section.problem(key, "must be up to " + TEXT_LENGTH_MAX + " visible ASCII characters");
        }
        return text;
    }

    /** One of the two keys, or none; a file may come later, a variable cannot. */
    private Optional<SecretReference> secret(Section section, String variableKey, String fileKey) {
        Optional<SecretReference> variable =
                section.words(variableKey).map(name -> variable(section, variableKey, name));
        Optional<SecretReference> file =
                RelativePathResolver.file(section, fileKey, base).map(SecretReference::file);
        if (variable.isPresent() && file.isPresent()) {
            throw section.refused("must have only one of " + variableKey + ", " + fileKey);
        }
        return variable.or(() -> file);
    }

    private SecretReference variable(Section section, String key, String name) {
        try {
            SecretReference reference = SecretReference.env(name);
            if (isUnset(reference)) {
                throw section.problem(key, "names " + reference.inWords() + ", which is not set");
            }
            return reference;
        } catch (IllegalArgumentException e) {
            // Not shown: it may be the secret itself.
            throw section.problem(key, "must be the name of an environment variable");
        }
    }

    private boolean isUnset(SecretReference reference) {
        return reference.source() == SecretReference.Source.ENV
                && environment.getOrDefault(reference.name(), "").isBlank();
    }

    private RemoteTlsFiles tls(Section section) {
        Optional<Path> ca = RelativePathResolver.file(section, "ca", base);
        Optional<Path> certificate = RelativePathResolver.file(section, "certificate", base);
        Optional<Path> key = RelativePathResolver.file(section, "key", base);
        if (certificate.isPresent() != key.isPresent()) {
            throw section.missing(
                    certificate.isPresent() ? "key" : "certificate", "certificate and key are given together");
        }
        return new RemoteTlsFiles(ca, certificate.flatMap(shown -> key.map(its -> new ClientCertificate(shown, its))));
    }
}
