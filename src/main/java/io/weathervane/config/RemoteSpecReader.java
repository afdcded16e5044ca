package io.weathervane.config;

import io.weathervane.worker.RemoteSpec;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads where a release runs that this server does not start, {@code url} or {@code urls}, and what lets us in there. */
final class RemoteSpecReader {
    static final String URL = "url";
    static final String URLS = "urls";
    private static final String DRY_RUN_URL = "dryRunUrl";

    /** What says how a process is started, and nothing of a server that runs elsewhere. */
    private static final List<String> OF_COMMANDS =
            List.of("command", "environment", "inheritEnvironment", "folder", "user");

    /** What lets requests in at a server that runs elsewhere. */
    private static final List<String> OF_URLS = List.of("headers", "auth", "tls");

    private final Path base;
    private final Map<String, String> environment;

    /**
     * A reader.
     *
     * @param base from where relative paths are meant
     * @param environment has the secrets that releases refer to
     */
    RemoteSpecReader(Path base, Map<String, String> environment) {
        this.base = base;
        this.environment = environment;
    }

    /** Empty when the release has no URL. */
    Optional<RemoteSpec> read(Section section) {
        Optional<String> url = section.words(URL);
        List<String> several = section.texts(URLS);
        Optional<String> dryRun = section.words(DRY_RUN_URL);
        if (url.isEmpty() && !section.has(URLS)) {
            dryRun.ifPresent(text -> {
                throw section.problem(
                        DRY_RUN_URL, "is for a release with a url; a command is told of a dry run by WVO_DRY_RUN=1");
            });
            OF_URLS.stream().filter(section::has).findFirst().ifPresent(key -> {
                throw section.problem(key, "is for a release with a url; a command gets what it needs by environment");
            });
            return Optional.empty();
        }
        if (url.isPresent() && section.has(URLS)) {
            throw section.problem(URLS, "stands beside url: give one of the two");
        }
        OF_COMMANDS.stream().filter(section::has).findFirst().ifPresent(key -> {
            throw section.problem(
                    key, "is for a release that this server starts; this one has a url: remove one of the two");
        });
        List<URI> urls = new ArrayList<>();
        url.ifPresent(text -> urls.add(url(section, URL, text)));
        several.forEach(text -> urls.add(url(section, URLS, text)));
        if (urls.isEmpty() || urls.size() > RemoteSpec.URLS_MAX) {
            throw section.problem(URLS, "must name 1 to " + RemoteSpec.URLS_MAX + " instances of the release");
        }
        if (urls.stream().distinct().count() < urls.size()) {
            throw section.problem(URLS, "names an instance twice");
        }
        return Optional.of(new RemoteSpec(
                urls,
                dryRun.map(text -> url(section, DRY_RUN_URL, text)),
                new RemoteAccessReader(base, environment).read(section)));
    }

    /** What is unwise about a release, though it can be used. */
    static Optional<String> warning(String label, RemoteSpec remote) {
        Stream<URI> urls = Stream.concat(remote.urls().stream(), remote.dryRunUrl().stream());
        return remote.access().secrets().isEmpty()
                ? Optional.empty()
                : urls.filter(url -> !HttpUrls.isProtected(url))
                        .findFirst()
                        .map(url -> "the release " + label + " sends secrets over http, where everybody on the way to "
                                + url.getHost() + " can read them: use https");
    }

    /** What is wrong is told without the URL, which may have a secret. */
    private static URI url(Section section, String key, String text) {
        URI url;
        try {
            url = new URI(text.strip());
        } catch (URISyntaxException e) {
            throw section.problem(key, "is not a URL: " + e.getReason());
        }
        RemoteSpec.problem(url).ifPresent(problem -> {
            throw section.problem(key, problem);
        });
        return url;
    }
}
