package io.weathervane.contract.enforcement;

import io.weathervane.approval.ChangeApproval;
import io.weathervane.audit.Actor;
import io.weathervane.audit.AuditKind;
import io.weathervane.audit.NewAuditEvent;
import io.weathervane.contract.ContractConfig;
import io.weathervane.contract.DriftedTool;
import io.weathervane.contract.ToolContract;
import io.weathervane.core.ServerContext;
import io.weathervane.event.EventBus;
import io.weathervane.event.EventType;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.store.WriteReceipt;
import io.weathervane.util.SafeText;
import io.weathervane.util.Threads;
import io.weathervane.worker.Role;
import io.weathervane.worker.WorkerManager;
import io.weathervane.worker.WorkerState;
import io.weathervane.worker.WorkerView;
import io.weathervane.worker.WorkersView;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The contract of one service, held against the tools of its active worker: after a start, a switch, a changed list, and
 * when the file is edited. It looks on a thread of its own; nothing that makes safe asks it or waits for it.
 */
public final class ServiceContract implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("Contract");

    /** How soon an edited file is noticed: 1 s. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    /** How long a call waits for tools that have just changed to be compared: 2 s; what is not compared is refused. */
    private static final Duration REVIEW_WAIT = Duration.ofSeconds(2);

    private final ServerContext server;
    private final WorkerManager workers;
    private final ContractConfig config;
    private final LastGoodContract file;
    private final ContractApprovals store;

    /** Held for a comparison and for a change of the approvals, so that no older finding comes after a newer one. */
    private final ReentrantLock comparing = new ReentrantLock();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Condition reviewed = lock.newCondition();
    private volatile Set<String> approvals;
    private volatile ContractReview review = ContractReview.none();
    private volatile Optional<ContractApprovals.Announced> announced;
    private volatile EventBus.@Nullable Subscription listening;
    private volatile boolean closed;
    private boolean woken;

    /**
     * Reads the contract; nothing is held against it before {@link #begin}.
     *
     * @throws io.weathervane.contract.ContractFileException when there is no contract in the file
     */
    ServiceContract(ServerContext server, WorkerManager workers, ContractConfig config) {
        this.server = server;
        this.workers = workers;
        this.config = config;
        this.file = new LastGoodContract(config.file());
        this.store = new ContractApprovals(server.database(), workers.service());
        this.approvals = store.approved();
        this.announced = store.announced();
    }

    /** Holds it against the tools from now on. */
    void begin() {
        listening = server.events().subscribe(event -> {
            if (event.type() == EventType.WORKERS_CHANGED || event.type() == EventType.WORKER_SWITCHED) {
                wake();
            }
        });
        Threads.loop("contract-" + workers.service(), this::run).start();
    }

    ContractConfig config() {
        return config;
    }

    private void run() {
        while (!closed) {
            boolean another = file.refresh();
            if (another) {
                contractChanged();
            }
            compare(another);
            pause();
        }
    }

    private void pause() {
        lock.lock();
        try {
            long left = LOOK.toNanos();
            while (!woken && !closed && left > 0) {
                left = changed.awaitNanos(left);
            }
            woken = false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closed = true;
        } finally {
            lock.unlock();
        }
    }

    private void wake() {
        lock.lock();
        try {
            woken = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** @param again also when it is the list that was compared last */
    private void compare(boolean again) {
        comparing.lock();
        try {
            publish(compared(again));
        } finally {
            comparing.unlock();
        }
    }

    private ContractReview compared(boolean again) {
        List<JsonNode> listed = workers.tools();
        boolean runs = workers.view().active().filter(ServiceContract::runs).isPresent();
        if (!runs) {
            return ContractReview.none();
        }
        ContractReview last = review;
        if (!again && last.isOf(listed)) {
            return last;
        }
        ContractReview next = reviewOf(listed);
        announce(next);
        return next;
    }

    private void publish(ContractReview next) {
        lock.lock();
        try {
            review = next;
            reviewed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private static boolean runs(WorkerView worker) {
        return worker.state() == WorkerState.READY;
    }

    private ContractReview reviewOf(List<JsonNode> listed) {
        return ContractReview.of(listed, broken(objects(listed)), approvals);
    }

    private List<DriftedTool> broken(List<ObjectNode> tools) {
        return file.contract().brokenBy(tools);
    }

    private static List<ObjectNode> objects(List<JsonNode> listed) {
        return listed.stream()
                .filter(ObjectNode.class::isInstance)
                .map(ObjectNode.class::cast)
                .toList();
    }

    /** One audit event, and by it one alert, for each drift; a server that starts again does not repeat it. */
    private void announce(ContractReview next) {
        String fingerprint = next.fingerprint();
        String known = announced.map(ContractApprovals.Announced::fingerprint).orElse("");
        if (fingerprint.equals(known)) {
            return;
        }
        ContractApprovals.Announced now =
                new ContractApprovals.Announced(fingerprint, server.clock().instant());
        announced = Optional.of(now);
        ObjectNode payload = payload()
                .put("onDrift", config.onDrift().wireName())
                .put(
                        "worker",
                        workers.view().active().map(worker -> worker.label()).orElse(null))
                .put("reason", reason(next));
        next.drifted().forEach(tool -> payload.withArray("tools").add(tool.toJson()));
        LOG.warn("contract service={} {}", workers.service(), reason(next));
        WriteReceipt unused = server.database()
                .deferredWrites()
                .submit(List.of(
                        store.deferred(now),
                        server.audit().deferred(NewAuditEvent.of(AuditKind.CONTRACT_DRIFT, Actor.SYSTEM, payload))));
    }

    private String reason(ContractReview next) {
        return next.drifted().isEmpty()
                ? "the tools keep the contract " + config.file() + " again"
                : "the tools break the contract " + config.file() + ": " + ContractStatus.names(next.drifted())
                        + (config.onDrift().refusesCalls() ? "; calls of them are refused" : "");
    }

    private void contractChanged() {
        ToolContract contract = file.contract();
        LOG.info("contract service={} file={} was read again", workers.service(), config.file());
        WriteReceipt unused = server.audit()
                .appendLate(NewAuditEvent.of(
                        AuditKind.CONTRACT_CHANGED,
                        Actor.SYSTEM,
                        payload().put("tools", contract.tools().size())));
    }

    private ObjectNode payload() {
        return JsonRpcCodec.JSON.createObjectNode().put("file", config.file().toString());
    }

    /**
     * Why a tool must not be called now; empty when it may. While the tools are those that were compared it only looks;
     * tools that have just changed are waited for, up to a limit.
     *
     * @param tool as the worker calls it
     */
    public Optional<String> refusal(String tool) {
        if (!config.onDrift().refusesCalls()) {
            return Optional.empty();
        }
        ContractReview now = review;
        if (!now.isOf(workers.tools())) {
            now = awaitReview();
            if (!now.isOf(workers.tools())) {
                return Optional.of("The tools of " + workers.service() + " could not be compared with the contract "
                        + config.file() + " yet, so nothing of them is called. worker_status shows how they are; call"
                        + " again.");
            }
        }
        return now.drifted(tool).map(this::refusal);
    }

    /**
     * The same for a call that asks for a worker: by that worker's own tools, whatever the active one's are.
     *
     * @param worker its role or label; empty where the call asks for none
     */
    public Optional<String> refusal(String tool, Optional<String> worker) {
        Optional<Role> other = worker.flatMap(this::otherThanActive);
        if (other.isEmpty() || !config.onDrift().refusesCalls()) {
            return refusal(tool);
        }
        return unapproved(workers.tools(other.get())).stream()
                .filter(one -> one.tool().equals(tool))
                .findFirst()
                .map(this::refusal);
    }

    private Optional<Role> otherThanActive(String worker) {
        WorkersView view = workers.view();
        return Role.askedFor(worker, role -> labelOf(role, view)).filter(role -> role != Role.ACTIVE);
    }

    private static Optional<String> labelOf(Role role, WorkersView view) {
        return switch (role) {
            case ACTIVE -> view.active().map(WorkerView::label);
            case CANARY -> view.canary().map(WorkerView::label);
            case PREVIOUS -> view.previous().map(WorkerView::label);
            case REJECTED -> Optional.empty();
        };
    }

    private String refusal(DriftedTool tool) {
        return "This tool is refused: it breaks the contract " + config.file() + " of " + workers.service() + ": "
                + tool.line() + ". An operator approves it as it is with contract_approve (weathervane contract approve"
                + " --tool " + SafeText.line(tool.tool()) + "), or has a new contract reviewed.";
    }

    private ContractReview awaitReview() {
        wake();
        long left = REVIEW_WAIT.toNanos();
        lock.lock();
        try {
            while (!review.isOf(workers.tools()) && left > 0 && !closed) {
                left = reviewed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
        return review;
    }

    /** Why the canary must not be promoted, in words; empty when it may. */
    public Optional<String> promotionRefusal() {
        if (!config.onDrift().refusesPromotions()) {
            return Optional.empty();
        }
        List<DriftedTool> drifted = canaryDrift();
        return drifted.isEmpty()
                ? Optional.empty()
                : Optional.of("the canary breaks the contract " + config.file() + " (onDrift refuse): "
                        + ContractStatus.names(drifted)
                        + "; approve it with contract_approve while the canary runs, or have a new contract reviewed");
    }

    /** Consequence of the canary's promotion by this contract; empty when the canary keeps it. */
    public Optional<String> canaryNote() {
        List<DriftedTool> drifted = canaryDrift();
        return drifted.isEmpty()
                ? Optional.empty()
                : Optional.of("the canary breaks the contract " + config.file() + ": "
                        + ContractStatus.names(drifted)
                        + switch (config.onDrift()) {
                            case ALERT -> "";
                            case BLOCK -> "; once it is promoted calls of these are refused until contract_approve";
                            case REFUSE -> "; it is not promoted before contract_approve";
                        });
    }

    private List<DriftedTool> canaryDrift() {
        return unapproved(workers.tools(Role.CANARY));
    }

    private List<DriftedTool> unapproved(List<ObjectNode> tools) {
        Set<String> known = approvals;
        return broken(tools).stream()
                .filter(tool -> !known.contains(tool.fingerprint()))
                .toList();
    }

    /**
     * Subject of an approval: the drift of the active worker and of the canary, as they are at this moment.
     *
     * @param tool the only one that is meant; all when empty
     * @throws ContractRefusedException when nothing of that breaks the contract
     */
    public ContractApprovalPlan plan(Optional<String> tool) {
        Map<String, DriftedTool> found = new TreeMap<>();
        WorkersView view = workers.view();
        Map<Role, Optional<WorkerView>> present = Map.of(Role.ACTIVE, view.active(), Role.CANARY, view.canary());
        present.forEach((role, worker) -> worker.filter(ServiceContract::runs)
                .ifPresent(there ->
                        unapproved(workers.tools(role)).forEach(one -> found.putIfAbsent(one.fingerprint(), one))));
        List<DriftedTool> meant = found.values().stream()
                .filter(one -> tool.isEmpty() || tool.get().equals(one.tool()))
                .toList();
        if (meant.isEmpty()) {
            throw new ContractRefusedException(tool.map(name -> "the tool " + SafeText.quoted(name))
                            .orElse("nothing") + " of "
                    + workers.service() + (tool.isPresent() ? " does not break" : " breaks") + " the contract "
                    + config.file() + " without an approval"
                    + (found.isEmpty() ? "" : "; these do: " + ContractStatus.names(List.copyOf(found.values()))));
        }
        return new ContractApprovalPlan(workers.service().value(), meant);
    }

    /**
     * Approves the present drift, in the transaction that uses the approval up: each tool as it is now.
     *
     * @throws ContractRefusedException when nothing of that breaks the contract any more
     */
    public ContractApprovalPlan approve(Optional<String> tool, Actor actor, String reason, ChangeApproval approval) {
        Instant now = server.clock().instant();
        ContractApprovalPlan done = server.database().write(sql -> {
            ContractApprovalPlan plan = plan(tool);
            approval.take(sql, plan.change());
            store.approve(sql, plan.tools(), approval.approver(), now);
            ObjectNode payload = payload().put("approver", approval.approver()).put("reason", reason);
            plan.tools().forEach(one -> payload.withArray("tools").add(one.toJson()));
            server.audit().append(sql, NewAuditEvent.of(AuditKind.CONTRACT_APPROVED, actor, payload));
            return plan;
        });
        comparing.lock();
        try {
            approvals = store.approved();
            compare(/* again= */ true);
        } finally {
            comparing.unlock();
        }
        return done;
    }

    /** Status of the service against its contract. */
    public ContractStatus status() {
        ContractReview now = review;
        return new ContractStatus(
                config,
                now.compared(),
                now.drifted(),
                now.approved(),
                now.drifted().isEmpty() ? Optional.empty() : announced.map(ContractApprovals.Announced::since),
                file.problem());
    }

    /** Problems of callers, or of files that could not be read: a sentence each. */
    public List<String> problems() {
        ContractStatus status = status();
        return config.onDrift().refusesCalls() || status.problem().isPresent() ? status.sentences() : List.of();
    }

    /** Notes for an operator that are no trouble of callers. */
    public List<String> notes() {
        List<String> known = problems();
        return status().sentences().stream()
                .filter(line -> !known.contains(line))
                .toList();
    }

    @Override
    public void close() {
        closed = true;
        Optional.ofNullable(listening).ifPresent(EventBus.Subscription::close);
        lock.lock();
        try {
            changed.signalAll();
            reviewed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
