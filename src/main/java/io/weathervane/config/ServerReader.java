package io.weathervane.config;

import io.weathervane.auth.AuthConfig;
import io.weathervane.auth.OAuthOptions;
import io.weathervane.transport.http.HttpAccessOptions;
import io.weathervane.transport.http.HttpBounds;
import io.weathervane.transport.http.HttpOptions;
import io.weathervane.transport.http.HttpTimeouts;
import io.weathervane.transport.http.TlsFiles;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Reads {@code server}: where the HTTP transport listens, and which callers it lets in. */
final class ServerReader {
    static final String HOST = "127.0.0.1";
    static final int PORT = 3000;

    private static final int PORT_MAX = 65_535;

    private static final String HOST_FORM = "[A-Za-z0-9._-]+(:[0-9]{1,5})?|\\[[0-9A-Fa-f:.]+](:[0-9]{1,5})?";

    private final Path base;
    private final CliOverrides overrides;

    ServerReader(Path base, CliOverrides overrides) {
        this.base = base;
        this.overrides = overrides;
    }

    ServerConfig withoutSection() {
        return new ServerConfig(
                options(HOST, PORT, HttpBounds.defaults()),
                HttpAccessOptions.local(),
                overrides.readOnly(),
                /* operatorsGroup= */ Optional.empty());
    }

    ServerConfig read(Section section) {
        String host = section.words("host").orElse(HOST);
        int port = section.wholeNumber("port", 0, PORT_MAX).orElse(PORT);
        Set<String> hosts = new HashSet<>(
                each(section, "allowedHosts", HOST_FORM, "names such as ops.example.org or ops.example.org:8443"));
        List<String> origins = each(
                section, "allowedOrigins", "https?://(" + HOST_FORM + ")", "origins such as https://ops.example.org");
        boolean readOnly = section.yesOrNo("readOnly").orElse(false);
        boolean trustLoopback = section.yesOrNo("trustLoopback").orElse(false);
        Optional<String> operatorsGroup = section.words("operatorsGroup");
        AuthConfig auth = section.section("auth", this::auth).orElseGet(AuthConfig::none);
        auth.oauth().map(ServerReader::authority).ifPresent(hosts::add);
        Optional<TlsFiles> tls = section.section("tls", this::tls);
        ServerLimits limits = section.section("limits", ServerLimits::read).orElseGet(ServerLimits::defaults);
        return new ServerConfig(
                options(host, port, limits.bounds()),
                new HttpAccessOptions(auth, hosts, Set.copyOf(origins), trustLoopback, tls, limits.callers()),
                readOnly || overrides.readOnly(),
                operatorsGroup);
    }

    private HttpOptions options(String host, int port, HttpBounds bounds) {
        overrides.listen().port().filter(typed -> typed < 0 || typed > PORT_MAX).ifPresent(typed -> {
            throw new ConfigException("--port must be a whole number from 0 to 65535, was " + typed);
        });
        return new HttpOptions(
                overrides.listen().host().orElse(host),
                overrides.listen().port().orElse(port),
                bounds,
                HttpTimeouts.defaults());
    }

    private static List<String> each(Section section, String key, String form, String what) {
        List<String> texts = section.texts(key);
        texts.stream().filter(text -> !text.matches(form)).findFirst().ifPresent(text -> {
            throw section.problem(key, "must be " + what + ", has " + text);
        });
        return texts.stream().map(text -> text.toLowerCase(Locale.ROOT)).toList();
    }

    /** Clients that go by the resource's address name its host. */
    private static String authority(OAuthOptions oauth) {
        return oauth.resource().getRawAuthority().toLowerCase(Locale.ROOT);
    }

    private AuthConfig auth(Section section) {
        AuthConfig auth = new AuthConfig(
                section.section(
                        "tokens",
                        tokens -> RelativePathResolver.file(tokens, "file", base)
                                .orElseThrow(() -> tokens.missing(
                                        "file",
                                        "the file that `weathervane token create` writes, such as tokens.json"))),
                section.section("oauth", oauth -> new OAuthReader(oauth, base).read()));
        if (!auth.isConfigured()) {
            throw section.refused("has nothing in it: give tokens or oauth, or remove it");
        }
        return auth;
    }

    private TlsFiles tls(Section section) {
        return new TlsFiles(
                RelativePathResolver.file(section, "certificate", base)
                        .orElseThrow(() -> section.missing("certificate", "a PEM file with the certificate chain")),
                RelativePathResolver.file(section, "key", base)
                        .orElseThrow(() -> section.missing("key", "a PEM file with the private key (PKCS#8)")));
    }
}
