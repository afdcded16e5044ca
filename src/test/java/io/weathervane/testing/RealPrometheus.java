package io.weathervane.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A Prometheus process on a free port, which scrapes one gauge of the test's. */
public final class RealPrometheus implements AutoCloseable {
    /** The gauge. */
    public static final String GAUGE = "shop_errors_ratio";

    /** Set where the program has to be there: then a test that lacks it fails. */
    private static final String REQUIRED = "PROMETHEUS_REQUIRED";

    private static final Pattern LISTENING = Pattern.compile("msg=\"Listening on\" address=(\\S+)");
    private static final long START_SECONDS_MAX = 60;
    private static final long STOP_SECONDS_MAX = 10;

    private final HttpServer shop;
    private final Queue<String> log = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<String> address = new CompletableFuture<>();
    private final Process process;
    private volatile String value = "0";

    private RealPrometheus(Path folder) throws IOException {
        shop = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        shop.createContext("/metrics", exchange -> {
            byte[] body =
                    ("# TYPE " + GAUGE + " gauge\n" + GAUGE + " " + value + "\n").getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
            exchange.sendResponseHeaders(200, body.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        });
        shop.start();
        Path config = folder.resolve("prometheus.yml");
        Files.writeString(config, """
            global: {scrape_interval: 200ms, scrape_timeout: 200ms}
            scrape_configs:
              - {job_name: shop, static_configs: [{targets: ["127.0.0.1:%d"]}]}
            """.formatted(shop.getAddress().getPort()));
        process = new ProcessBuilder(
                        "prometheus",
                        "--config.file=" + config,
                        "--storage.tsdb.path=" + folder.resolve("prometheus-data"),
                        "--web.listen-address=127.0.0.1:0")
                .redirectErrorStream(true)
                .start();
        Thread reader = new Thread(this::read, "prometheus-log");
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts it in this folder; without the program the test is skipped, where it need not be there. */
    public static RealPrometheus start(Path folder) throws Exception {
        if (!isInstalled()) {
            assumeTrue(
                    System.getenv(REQUIRED) != null,
                    "skipped: there is no program prometheus on the PATH (Debian: apt-get install prometheus)");
            throw new AssertionError(REQUIRED + " is set, and there is no program prometheus on the PATH");
        }
        RealPrometheus started = new RealPrometheus(folder);
        try {
            started.address.get(START_SECONDS_MAX, TimeUnit.SECONDS);
            return started;
        } catch (Exception e) {
            started.close();
            throw new IOException("prometheus did not start: " + started.log, e);
        }
    }

    private static boolean isInstalled() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "prometheus")));
    }

    public URI url() {
        return URI.create("http://" + address.join());
    }

    /** From the next scrape on. */
    public void measures(String number) {
        value = number;
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                log.add(line);
                Matcher found = LISTENING.matcher(line);
                if (found.find()) {
                    address.complete(found.group(1));
                }
            }
            address.completeExceptionally(new IOException("prometheus ended"));
        } catch (IOException e) {
            address.completeExceptionally(new UncheckedIOException(e));
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        shop.stop(0);
        try {
            process.waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
