package io.weathervane.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Where the HTTP transport listens, and for whom.
 *
 * @param port 0 for any free one
 * @param allowedHosts names by which clients may call it, beside the local ones: {@code ops.example.org}, or with a port
 * @param allowedOrigins web pages that may call it, beside local ones: {@code https://console.example.org}
 * @param readOnly whether there are only tools that change nothing, whatever the way in
 * @param trustLoopback whether callers over loopback without a token are trusted as the server's user where the system
 *     does not tell who they are
 * @param operatorsGroup the operating system's group that may use the workspace's files beside their owner
 */
public record ServerSettings(
        String host,
        int port,
        List<String> allowedHosts,
        List<String> allowedOrigins,
        boolean readOnly,
        boolean trustLoopback,
        Optional<String> operatorsGroup,
        AuthSettings auth,
        Optional<TlsSettings> tls,
        LimitSettings limits) {
    public static final String HOST = "127.0.0.1";
    public static final int PORT = 3000;

    static final int PORT_MAX = 65_535;

    private static final String HOST_FORM = "[A-Za-z0-9._-]+(:[0-9]{1,5})?|\\[[0-9A-Fa-f:.]+](:[0-9]{1,5})?";

    public ServerSettings {
        allowedHosts = List.copyOf(allowedHosts);
        allowedOrigins = List.copyOf(allowedOrigins);
    }

    public static ServerSettings defaults() {
        return at(HOST, PORT);
    }

    /** The defaults in all but the place. */
    public static ServerSettings at(String host, int port) {
        return new ServerSettings(
                host,
                port,
                List.of(),
                List.of(),
                /* readOnly= */ false,
                /* trustLoopback= */ false,
                Optional.empty(),
                AuthSettings.none(),
                Optional.empty(),
                LimitSettings.defaults());
    }

    ServerSettings overridden(CliOverrides overrides) {
        return new ServerSettings(
                overrides.host().orElse(host),
                overrides.port().orElse(port),
                allowedHosts,
                allowedOrigins,
                readOnly || overrides.readOnly(),
                trustLoopback,
                operatorsGroup,
                auth,
                tls,
                limits);
    }

    static ServerSettings from(Section section, Path base) {
        return new ServerSettings(
                section.words("host").orElse(HOST),
                section.wholeNumber("port", 0, PORT_MAX).orElse(PORT),
                each(section, "allowedHosts", HOST_FORM, "names such as ops.example.org or ops.example.org:8443"),
                each(
                        section,
                        "allowedOrigins",
                        "https?://(" + HOST_FORM + ")",
                        "origins such as https://ops.example.org"),
                section.yesOrNo("readOnly").orElse(false),
                section.yesOrNo("trustLoopback").orElse(false),
                section.words("operatorsGroup"),
                section.section("auth", auth -> AuthSettings.from(auth, base)).orElseGet(AuthSettings::none),
                section.section("tls", tls -> TlsSettings.from(tls, base)),
                section.section("limits", LimitSettings::from).orElseGet(LimitSettings::defaults));
    }

    private static List<String> each(Section section, String key, String form, String what) {
        List<String> texts = section.texts(key);
        texts.stream().filter(text -> !text.matches(form)).findFirst().ifPresent(text -> {
            throw section.problem(key, "must be " + what + ", has " + text);
        });
        return texts.stream().map(text -> text.toLowerCase(Locale.ROOT)).toList();
    }
}
