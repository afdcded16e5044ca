package io.weathervane.transport.http;

import io.weathervane.ofrep.OfrepEvaluations;
import io.weathervane.ofrep.OfrepFlags;
import io.weathervane.ofrep.OfrepProblem;
import io.weathervane.ofrep.OfrepRequests;
import io.weathervane.reader.FlagReaders;
import io.weathervane.util.MemoryBudget;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code /ofrep/v1}: the flags for every OpenFeature SDK, by the OpenFeature Remote Evaluation Protocol 0.3.0. Evaluations
 * of one flag and of all, an event stream for changes, and acknowledgements.
 */
final class OfrepEndpoint {
    private static final Logger LOG = LoggerFactory.getLogger("Ofrep");

    private static final String BASE = "/ofrep/";
    private static final String FLAGS = "/ofrep/v1/evaluate/flags";
    private static final String EVENTS = "/ofrep/v1/events";
    private static final String ACKNOWLEDGE = "/ofrep/v1/ack";

    /** Largest body, which holds the context: 1 MB, as flagd has it. */
    static final int BODY_BYTES_MAX = 1_000_000;

    /** So much of one that is too large is read and dropped, for its sender to read why. */
    private static final int DRAIN_BYTES_MAX = 8 * BODY_BYTES_MAX;

    private static final Duration NO_PLACE_RETRY = Duration.ofSeconds(5);

    private static final PreEncodedHttpField NO_STORE = new PreEncodedHttpField(HttpHeader.CACHE_CONTROL, "no-store");

    private final OfrepFlags flags;
    private final FlagReaders readers;
    private final OfrepAdmission admission;
    private final OfrepStreams streams;
    private final ConnectionLimit connections;
    private final BodyMemoryBudget memory = new BodyMemoryBudget(MemoryBudget.ofCalls(), BODY_BYTES_MAX);

    OfrepEndpoint(OfrepServices services, OfrepAdmission admission, OfrepStreams streams, ConnectionLimit connections) {
        this.flags = services.flags();
        this.readers = services.readers();
        this.admission = admission;
        this.streams = streams;
        this.connections = connections;
    }

    static boolean isAt(String path) {
        return path.startsWith(BASE);
    }

    void handle(HttpExchange httpExchange, String path) {
        if (connections.isBeyond(httpExchange.request())) {
            JsonResponses.closeAfter(httpExchange);
        }
        if (path.equals(EVENTS)) {
            only("GET", httpExchange, this::stream);
        } else if (path.equals(ACKNOWLEDGE)) {
            only("POST", httpExchange, exchange -> read(exchange, Optional.empty(), this::acknowledge));
        } else if (path.equals(FLAGS) || path.equals(FLAGS + "/")) {
            only("POST", httpExchange, exchange -> read(exchange, Optional.empty(), this::all));
        } else if (path.startsWith(FLAGS + "/")) {
            String key = OfrepRequests.key(rawKey(httpExchange.request()));
            only("POST", httpExchange, exchange -> read(exchange, Optional.of(key), (e, body) -> one(e, key)));
        } else {
            refuse(
                    httpExchange,
                    HttpStatus.NOT_FOUND_404,
                    "there are POST " + FLAGS + ", POST " + FLAGS + "/KEY, GET " + EVENTS + " and POST " + ACKNOWLEDGE
                            + " here");
        }
    }

    private void only(String method, HttpExchange httpExchange, Consumer<HttpExchange> handler) {
        if (httpExchange.request().getMethod().equals(method)) {
            admission.admit(httpExchange, handler);
        } else {
            httpExchange.response().getHeaders().put(HttpHeader.ALLOW, method);
            refuse(httpExchange, HttpStatus.METHOD_NOT_ALLOWED_405, "use " + method + " here");
        }
    }

    /** As the client wrote it: in the path that requests are sorted by, some of its percent signs are decoded already. */
    private static String rawKey(Request request) {
        String path = request.getHttpURI().getPath();
        return path.substring(Math.min(path.length(), FLAGS.length() + 1));
    }

    private void one(HttpExchange httpExchange, String key) {
        Optional<byte[]> answer = flags.now().single(key);
        if (answer.isPresent()) {
            json(httpExchange, HttpStatus.OK_200, answer.get());
        } else {
            problem(httpExchange, HttpStatus.NOT_FOUND_404, OfrepProblem.notFound(key, flags.unknown(key)));
        }
    }

    private void all(HttpExchange httpExchange, byte[] body) {
        OfrepEvaluations now = flags.now();
        OfrepEvaluations.Bulk bulk = now.bulk(admission.streamAddress(httpExchange, EVENTS));
        httpExchange.response().getHeaders().put(HttpHeader.ETAG, bulk.etag()).put(NO_STORE);
        Callback sent = acknowledging(httpExchange, now.epoch());
        Optional<String> known = Optional.ofNullable(httpExchange.headers().get(HttpHeader.IF_NONE_MATCH));
        if (OfrepRequests.matches(known, bulk.etag())) {
            httpExchange.response().setStatus(HttpStatus.NOT_MODIFIED_304);
            httpExchange.response().write(true, null, sent);
        } else {
            JsonResponses.json(httpExchange, HttpStatus.OK_200, bulk.body(), sent);
        }
    }

    /** A fetch that names an event is the acknowledgement of the reader that the event was sent to, once it is answered. */
    private Callback acknowledging(HttpExchange httpExchange, long epoch) {
        Optional<String> reader = parameter(httpExchange, "flagConfigEtag").flatMap(OfrepEventTag::reader);
        if (reader.isEmpty()) {
            return httpExchange.callback();
        }
        String owner = httpExchange.caller().name();
        Callback answered = httpExchange.callback();
        return Callback.from(
                InvocationType.NON_BLOCKING,
                () -> {
                    readers.acknowledge(reader.get(), owner, epoch);
                    answered.succeeded();
                },
                answered::failed);
    }

    private void acknowledge(HttpExchange httpExchange, byte[] body) {
        try {
            OfrepAcknowledgement said = OfrepAcknowledgement.read(body);
            said.take(readers, httpExchange.caller().name());
            json(httpExchange, HttpStatus.OK_200, OfrepAcknowledgement.answer(flags.epoch()));
        } catch (OfrepAcknowledgement.InvalidException e) {
            json(httpExchange, HttpStatus.BAD_REQUEST_400, OfrepProblem.withoutCode(String.valueOf(e.getMessage())));
        }
    }

    private void stream(HttpExchange httpExchange) {
        if (streams.open(httpExchange)) {
            connections.release(httpExchange.request());
        } else {
            later(
                    httpExchange,
                    NO_PLACE_RETRY,
                    OfrepStreams.STREAMS_MAX + " event streams are open, which is the most; poll, or try again later");
        }
    }

    private void read(HttpExchange httpExchange, Optional<String> key, BiConsumer<HttpExchange, byte[]> handler) {
        connections.setCaller(httpExchange);
        try {
            if (httpExchange.prefetched().isPresent()) {
                received(httpExchange, key, httpExchange.prefetched().get().bytes(), handler);
            } else {
                readLate(httpExchange, key, handler);
            }
        } catch (RequestBodyReader.TooLargeException e) {
            if (!e.drained()) {
                JsonResponses.closeAfter(httpExchange);
            }
            json(
                    httpExchange,
                    HttpStatus.PAYLOAD_TOO_LARGE_413,
                    OfrepProblem.withoutCode("the body may have at most " + BODY_BYTES_MAX + " bytes"));
        } catch (IOException e) {
            LOG.debug("A reader of flags went away before its request had come", e);
            httpExchange.callback().failed(e);
        }
    }

    private void readLate(HttpExchange httpExchange, Optional<String> key, BiConsumer<HttpExchange, byte[]> handler)
            throws IOException, RequestBodyReader.TooLargeException {
        Optional<BodyMemoryBudget.Claim> claimed = memory.claim(httpExchange);
        if (claimed.isEmpty()) {
            later(httpExchange, JsonResponses.SOON, memory.refusal(httpExchange));
            return;
        }
        try (BodyMemoryBudget.Claim claim = claimed.get()) {
            byte[] body = RequestBodyReader.read(httpExchange.request(), BODY_BYTES_MAX, DRAIN_BYTES_MAX);
            connections.bodyReceived(httpExchange.request());
            claim.shrinkTo(body.length);
            received(httpExchange, key, body, handler);
        }
    }

    private static void received(
            HttpExchange httpExchange, Optional<String> key, byte[] body, BiConsumer<HttpExchange, byte[]> handler) {
        Optional<OfrepProblem> wrong = OfrepRequests.problem(key, body);
        if (wrong.isPresent()) {
            problem(httpExchange, HttpStatus.BAD_REQUEST_400, wrong.get());
        } else {
            handler.accept(httpExchange, body);
        }
    }

    /** The ticket in the address of a stream; in no other address is one looked for. */
    static Optional<String> ticket(HttpExchange httpExchange) {
        return Request.getPathInContext(httpExchange.request()).equals(EVENTS)
                ? parameter(httpExchange, "ticket")
                : Optional.empty();
    }

    private static Optional<String> parameter(HttpExchange httpExchange, String name) {
        Request request = httpExchange.request();
        if (request.getHttpURI().getQuery() == null) {
            return Optional.empty();
        }
        try {
            Fields fields = Request.extractQueryParameters(request);
            return Optional.ofNullable(fields.getValue(name));
        } catch (RuntimeException e) {
            LOG.debug("a query that cannot be read", e);
            return Optional.empty();
        }
    }

    private static void problem(HttpExchange httpExchange, int status, OfrepProblem problem) {
        json(httpExchange, status, problem.body());
    }

    /** Refuses a request whose body was not read. */
    static void refuse(HttpExchange httpExchange, int status, String why) {
        RequestBodyReader.discard(httpExchange);
        json(httpExchange, status, OfrepProblem.withoutCode(why));
    }

    /** The same, for it to be sent again. */
    static void later(HttpExchange httpExchange, Duration wait, String why) {
        httpExchange.response().getHeaders().put(HttpHeader.RETRY_AFTER, wait.toSeconds());
        refuse(httpExchange, HttpStatus.SERVICE_UNAVAILABLE_503, why);
    }

    private static void json(HttpExchange httpExchange, int status, byte[] body) {
        httpExchange.response().getHeaders().put(NO_STORE);
        JsonResponses.json(httpExchange, status, body);
    }
}
