CREATE TABLE access.daily (
  name TEXT NOT NULL,
  day DATE NOT NULL,
  by_id UUID NOT NULL,
  done_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT daily_pkey PRIMARY KEY (name, day),
  CONSTRAINT daily_by_id_fkey FOREIGN KEY(by_id) REFERENCES shared.account (id)
);
CREATE TABLE city.mapping (
  id UUID NOT NULL,
  by_id UUID NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  source TEXT NOT NULL,
  headings JSONB NOT NULL,
  kinds JSONB NOT NULL,
  CONSTRAINT mapping_pkey PRIMARY KEY (id),
  CONSTRAINT mapping_by_id_fkey FOREIGN KEY(by_id) REFERENCES shared.account (id)
);
CREATE INDEX mapping_newest ON city.mapping (source, at, id);
CREATE TABLE city.mark (
  id UUID NOT NULL,
  person_id UUID NOT NULL,
  code TEXT NOT NULL,
  reason TEXT NOT NULL,
  by_id UUID NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  ended_at TIMESTAMP WITH TIME ZONE,
  ended_by UUID,
  end_reason TEXT,
  CONSTRAINT mark_pkey PRIMARY KEY (id),
  CONSTRAINT mark_code_known CHECK (code in ('public_assistance', 'bankruptcy', 'represented', 'deceased', 'legal_incapacity', 'disputed', 'relief_pending', 'instalments_kept', 'collection_stopped')),
  CONSTRAINT mark_ended_by_somebody CHECK (num_nulls(ended_at, ended_by, end_reason) in (0, 3)),
  CONSTRAINT mark_person_id_fkey FOREIGN KEY(person_id) REFERENCES city.person (id),
  CONSTRAINT mark_by_id_fkey FOREIGN KEY(by_id) REFERENCES shared.account (id),
  CONSTRAINT mark_ended_by_fkey FOREIGN KEY(ended_by) REFERENCES shared.account (id)
);
CREATE UNIQUE INDEX one_live_mark ON city.mark (person_id, code) WHERE ended_at is null;
CREATE TABLE city.match (
  id UUID NOT NULL,
  kept_id UUID NOT NULL,
  other_id UUID NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  by_id UUID,
  score INTEGER NOT NULL,
  reasons TEXT[] NOT NULL,
  state TEXT DEFAULT 'proposed'::text NOT NULL,
  decided_at TIMESTAMP WITH TIME ZONE,
  decided_by UUID,
  note TEXT,
  moved UUID[] DEFAULT '{}'::uuid[] NOT NULL,
  CONSTRAINT match_pkey PRIMARY KEY (id),
  CONSTRAINT match_kept_id_other_id_key UNIQUE (kept_id, other_id),
  CONSTRAINT match_two_persons CHECK (kept_id <> other_id),
  CONSTRAINT match_score_possible CHECK (score between 0 and 100),
  CONSTRAINT match_state_known CHECK (state in ('proposed', 'joined', 'apart', 'undone')),
  CONSTRAINT match_decided_by_somebody CHECK ((state = 'proposed') = (decided_by is null)),
  CONSTRAINT match_kept_id_fkey FOREIGN KEY(kept_id) REFERENCES city.person (id) ON DELETE CASCADE,
  CONSTRAINT match_other_id_fkey FOREIGN KEY(other_id) REFERENCES city.person (id) ON DELETE CASCADE,
  CONSTRAINT match_by_id_fkey FOREIGN KEY(by_id) REFERENCES shared.account (id),
  CONSTRAINT match_decided_by_fkey FOREIGN KEY(decided_by) REFERENCES shared.account (id)
);
CREATE INDEX match_other_id ON city.match (other_id);
CREATE INDEX match_waiting ON city.match (score desc, id) WHERE state = 'proposed';
CREATE TABLE city.plan (
  id UUID NOT NULL,
  by_id UUID NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  title TEXT NOT NULL,
  choice JSONB NOT NULL,
  rules JSONB NOT NULL,
  seed BIGINT NOT NULL,
  state TEXT DEFAULT 'drafted'::text NOT NULL,
  noticed_on DATE,
  waits_until DATE,
  ended_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT plan_pkey PRIMARY KEY (id),
  CONSTRAINT plan_state_known CHECK (state in ('drafted', 'noticed', 'placed', 'cancelled')),
  CONSTRAINT plan_notice_has_a_period CHECK ((noticed_on is null) = (waits_until is null)),
  CONSTRAINT plan_by_id_fkey FOREIGN KEY(by_id) REFERENCES shared.account (id)
);
CREATE INDEX plan_recent ON city.plan (at, id);
CREATE TABLE shared.conflict (
  id UUID NOT NULL,
  org_id UUID NOT NULL,
  engagement_id UUID NOT NULL,
  batch_id UUID NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  due_on DATE NOT NULL,
  name TEXT,
  kana TEXT COLLATE "C",
  birth DATE,
  result TEXT,
  note TEXT,
  answered_at TIMESTAMP WITH TIME ZONE,
  answered_by UUID,
  closed_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT conflict_pkey PRIMARY KEY (id),
  CONSTRAINT conflict_result_known CHECK (result in ('clear', 'conflict')),
  CONSTRAINT conflict_answered_by_somebody CHECK (num_nulls(result, answered_at, answered_by) in (0, 3)),
  CONSTRAINT conflict_closed_keeps_no_name CHECK (closed_at is null or num_nonnulls(name, kana, birth) = 0),
  CONSTRAINT conflict_org_id_fkey FOREIGN KEY(org_id) REFERENCES shared.organisation (id),
  CONSTRAINT conflict_engagement_id_fkey FOREIGN KEY(engagement_id) REFERENCES shared.engagement (id),
  CONSTRAINT conflict_answered_by_fkey FOREIGN KEY(answered_by) REFERENCES shared.account (id)
);
CREATE INDEX conflict_of_org ON shared.conflict (org_id, batch_id, id);
CREATE TABLE city.conflict_person (
  conflict_id UUID NOT NULL,
  person_id UUID NOT NULL,
  engagement_id UUID NOT NULL,
  by_id UUID NOT NULL,
  CONSTRAINT conflict_person_pkey PRIMARY KEY (conflict_id),
  CONSTRAINT conflict_person_conflict_id_fkey FOREIGN KEY(conflict_id) REFERENCES shared.conflict (id),
  CONSTRAINT conflict_person_person_id_fkey FOREIGN KEY(person_id) REFERENCES city.person (id),
  CONSTRAINT conflict_person_engagement_id_fkey FOREIGN KEY(engagement_id) REFERENCES shared.engagement (id),
  CONSTRAINT conflict_person_by_id_fkey FOREIGN KEY(by_id) REFERENCES shared.account (id)
);
CREATE INDEX conflict_person_person ON city.conflict_person (person_id, engagement_id);
CREATE TABLE city.plan_line (
  plan_id UUID NOT NULL,
  person_id UUID NOT NULL,
  engagement_id UUID NOT NULL,
  claims INTEGER NOT NULL,
  balance BIGINT NOT NULL,
  tier TEXT NOT NULL,
  taken_out TEXT,
  CONSTRAINT plan_line_pkey PRIMARY KEY (plan_id, person_id),
  CONSTRAINT plan_line_plan_id_fkey FOREIGN KEY(plan_id) REFERENCES city.plan (id),
  CONSTRAINT plan_line_person_id_fkey FOREIGN KEY(person_id) REFERENCES city.person (id),
  CONSTRAINT plan_line_engagement_id_fkey FOREIGN KEY(engagement_id) REFERENCES shared.engagement (id)
);
CREATE INDEX plan_line_person ON city.plan_line (person_id);
CREATE TABLE shared.acceptance (
  id UUID NOT NULL,
  org_id UUID NOT NULL,
  case_id UUID NOT NULL,
  by_id UUID NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  decision TEXT NOT NULL,
  note TEXT,
  answer TEXT,
  answered_at TIMESTAMP WITH TIME ZONE,
  answered_by UUID,
  CONSTRAINT acceptance_pkey PRIMARY KEY (id),
  CONSTRAINT acceptance_case_id_org_id_fkey FOREIGN KEY(case_id, org_id) REFERENCES shared.casefile (id, org_id) ON UPDATE CASCADE,
  CONSTRAINT acceptance_decision_known CHECK (decision in ('accepted', 'declined', 'asked')),
  CONSTRAINT acceptance_says_why CHECK (decision = 'accepted' or note is not null),
  CONSTRAINT acceptance_answered_by_somebody CHECK (num_nulls(answer, answered_at, answered_by) in (0, 3)),
  CONSTRAINT acceptance_by_id_fkey FOREIGN KEY(by_id) REFERENCES shared.account (id),
  CONSTRAINT acceptance_answered_by_fkey FOREIGN KEY(answered_by) REFERENCES shared.account (id)
);
CREATE INDEX acceptance_case ON shared.acceptance (case_id, at);
CREATE INDEX acceptance_waiting ON shared.acceptance (at, id) WHERE decision <> 'accepted' and answered_at is null;
CREATE TABLE shared.recall_notice (
  id UUID NOT NULL,
  org_id UUID NOT NULL,
  case_id UUID NOT NULL,
  by_id UUID NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  reason TEXT NOT NULL,
  final_on DATE NOT NULL,
  state TEXT DEFAULT 'announced'::text NOT NULL,
  objection TEXT,
  objected_at TIMESTAMP WITH TIME ZONE,
  objected_by UUID,
  answer TEXT,
  answered_at TIMESTAMP WITH TIME ZONE,
  answered_by UUID,
  CONSTRAINT recall_notice_pkey PRIMARY KEY (id),
  CONSTRAINT recall_notice_case_id_org_id_fkey FOREIGN KEY(case_id, org_id) REFERENCES shared.casefile (id, org_id) ON UPDATE CASCADE,
  CONSTRAINT recall_notice_state_known CHECK (state in ('announced', 'withdrawn', 'final')),
  CONSTRAINT recall_notice_objected_by_somebody CHECK (num_nulls(objection, objected_at, objected_by) in (0, 3)),
  CONSTRAINT recall_notice_answered_by_somebody CHECK (num_nulls(answered_at, answered_by) in (0, 2)),
  CONSTRAINT recall_notice_by_id_fkey FOREIGN KEY(by_id) REFERENCES shared.account (id),
  CONSTRAINT recall_notice_objected_by_fkey FOREIGN KEY(objected_by) REFERENCES shared.account (id),
  CONSTRAINT recall_notice_answered_by_fkey FOREIGN KEY(answered_by) REFERENCES shared.account (id)
);
CREATE UNIQUE INDEX one_live_notice ON shared.recall_notice (case_id) WHERE state = 'announced';
CREATE INDEX recall_notice_due ON shared.recall_notice (final_on, id) WHERE state = 'announced';
CREATE TABLE city.load_image (
  intake_id UUID NOT NULL,
  row_id UUID NOT NULL,
  noun TEXT NOT NULL,
  before JSONB,
  CONSTRAINT load_image_pkey PRIMARY KEY (intake_id, row_id),
  CONSTRAINT load_image_noun_known CHECK (noun in ('debtor', 'receivable', 'receivable_event', 'related')),
  CONSTRAINT load_image_intake_id_fkey FOREIGN KEY(intake_id) REFERENCES city.intake (id)
);
CREATE TABLE city.related (
  id UUID NOT NULL,
  debtor_id UUID NOT NULL,
  relation TEXT NOT NULL,
  name TEXT COLLATE "C",
  kana TEXT COLLATE "C",
  postcode TEXT,
  address TEXT,
  phone TEXT,
  valid_from DATE,
  valid_until DATE,
  protected BOOLEAN DEFAULT false NOT NULL,
  intake_id UUID,
  by_id UUID NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT related_pkey PRIMARY KEY (id),
  CONSTRAINT related_relation_known CHECK (relation in ('guarantor', 'heir', 'representative', 'mailing')),
  CONSTRAINT related_protected_keeps_keys_only CHECK (not protected or num_nonnulls(name, kana, postcode, address, phone) = 0),
  CONSTRAINT related_dates_in_order CHECK (valid_from <= valid_until),
  CONSTRAINT related_debtor_id_fkey FOREIGN KEY(debtor_id) REFERENCES city.debtor (id),
  CONSTRAINT related_intake_id_fkey FOREIGN KEY(intake_id) REFERENCES city.intake (id),
  CONSTRAINT related_by_id_fkey FOREIGN KEY(by_id) REFERENCES shared.account (id)
);
CREATE INDEX related_debtor_id ON city.related (debtor_id);
CREATE TABLE city.movement (
  id UUID NOT NULL,
  intake_id UUID NOT NULL,
  receivable_id UUID NOT NULL,
  person_id UUID NOT NULL,
  case_id UUID,
  code TEXT NOT NULL,
  effect TEXT NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  decision TEXT,
  note TEXT,
  decided_at TIMESTAMP WITH TIME ZONE,
  decided_by UUID,
  CONSTRAINT movement_pkey PRIMARY KEY (id),
  CONSTRAINT movement_effect_known CHECK (effect in ('none', 'recalled', 'closed', 'held', 'law_team', 'desk')),
  CONSTRAINT movement_decision_known CHECK (decision in ('kept', 'withdrawn', 'resumed', 'seen')),
  CONSTRAINT movement_decided_by_somebody CHECK (num_nulls(decided_by, decided_at, decision) in (0, 3)),
  CONSTRAINT movement_intake_id_fkey FOREIGN KEY(intake_id) REFERENCES city.intake (id),
  CONSTRAINT movement_receivable_id_fkey FOREIGN KEY(receivable_id) REFERENCES city.receivable (id),
  CONSTRAINT movement_person_id_fkey FOREIGN KEY(person_id) REFERENCES city.person (id),
  CONSTRAINT movement_decided_by_fkey FOREIGN KEY(decided_by) REFERENCES shared.account (id)
);
CREATE INDEX movement_of_intake ON city.movement (intake_id, code, id);
CREATE INDEX movement_person_id ON city.movement (person_id);
CREATE INDEX movement_receivable_id ON city.movement (receivable_id);
CREATE INDEX movement_waiting ON city.movement (at, id) WHERE decision is null;
