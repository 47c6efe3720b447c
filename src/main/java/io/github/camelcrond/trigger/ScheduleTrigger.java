// SPDX-License-Identifier: Apache-2.0
package io.github.camelcrond.trigger;

import io.github.camelcrond.schedule.Schedule;
import java.time.Clock;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import org.quartz.Calendar;
import org.quartz.JobKey;
import org.quartz.ScheduleBuilder;
import org.quartz.TriggerKey;
import org.quartz.impl.triggers.AbstractTrigger;

/**
 * A Quartz trigger whose instants come from a {@link Schedule}. It goes off {@link AlarmLead#BY}
 * before the instant; the run waits for the instant itself.
 *
 * <p>An instant that has fired does not fire again when the clock is set back. Of several instants
 * that have passed while the trigger could not fire, because of a suspension or a clock that
 * jumped, only the last fires; {@link #coalesced} is the number of the others.
 */
public final class ScheduleTrigger extends AbstractTrigger<ScheduleTrigger> {
  private static final long serialVersionUID = 1L;

  /** A clock that was wrong by decades leaves more firings than are worth counting. */
  private static final int COUNTED = 100_000;

  private final transient Schedule schedule;
  private final transient Clock clock;
  private final Instant after;
  private Instant next;
  private Instant previous;
  private int coalesced;

  /**
   * @param after no instant up to this one fires
   */
  public ScheduleTrigger(
      TriggerKey key, JobKey job, Schedule schedule, Instant after, Clock clock) {
    this.schedule = schedule;
    this.clock = clock;
    this.after = after;
    setKey(key);
    setJobKey(job);
    // Overdue triggers fire at once, and triggered() decides for which instant: the rules of Quartz
    // know no grace.
    setMisfireInstruction(MISFIRE_INSTRUCTION_IGNORE_MISFIRE_POLICY);
  }

  @Override
  public Date computeFirstFireTime(Calendar calendar) {
    next = schedule.next(after).orElse(null);
    return getNextFireTime();
  }

  @Override
  public void triggered(Calendar calendar) {
    PassedFirings passed = PassedFirings.since(next, schedule, clock.instant(), COUNTED);
    coalesced = passed.before();
    previous = passed.last();
    next = passed.next().orElse(null);
  }

  /** The number of missed instants that the last firing coalesces, without its own. */
  public int coalesced() {
    return coalesced;
  }

  /** The next instant; {@link #getNextFireTime} is a little earlier. */
  public Optional<Instant> due() {
    return Optional.ofNullable(next);
  }

  @Override
  public Date getNextFireTime() {
    return next == null ? null : Date.from(next.minus(AlarmLead.BY));
  }

  @Override
  public Date getPreviousFireTime() {
    return date(previous);
  }

  @Override
  public void setNextFireTime(Date time) {
    next = time == null ? null : time.toInstant().plus(AlarmLead.BY);
  }

  @Override
  public void setPreviousFireTime(Date time) {
    previous = time == null ? null : time.toInstant();
  }

  @Override
  public Date getFireTimeAfter(Date time) {
    return date(schedule.next(time == null ? clock.instant() : time.toInstant()).orElse(null));
  }

  @Override
  public boolean mayFireAgain() {
    return next != null;
  }

  @Override
  public Date getStartTime() {
    // Camel ignores a trigger that goes off before its start, as the first one would, which goes
    // off early.
    return date(after.minus(AlarmLead.BY));
  }

  @Override
  public Date getEndTime() {
    return null;
  }

  @Override
  public Date getFinalFireTime() {
    return null;
  }

  @Override
  public void setStartTime(Date time) {
    // Only called by builders of Quartz; the start is given to the constructor.
  }

  @Override
  public void setEndTime(Date time) {
    // Only called by builders of Quartz; a schedule ends by itself.
  }

  @Override
  protected boolean validateMisfireInstruction(int instruction) {
    return instruction == MISFIRE_INSTRUCTION_IGNORE_MISFIRE_POLICY;
  }

  @Override
  public void updateAfterMisfire(Calendar calendar) {
    // Never called: misfires are left to triggered().
  }

  @Override
  public void updateWithNewCalendar(Calendar calendar, long misfireThreshold) {
    // Calendars are not used.
  }

  @Override
  public ScheduleBuilder<ScheduleTrigger> getScheduleBuilder() {
    throw new IllegalStateException("a trigger is created from a Schedule, not from a builder");
  }

  private static Date date(Instant instant) {
    return instant == null ? null : Date.from(instant);
  }
}
