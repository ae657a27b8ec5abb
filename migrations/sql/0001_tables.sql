CREATE TABLE access.progress (
  ticket_id UUID NOT NULL,
  done INTEGER NOT NULL,
  total INTEGER NOT NULL,
  CONSTRAINT progress_pkey PRIMARY KEY (ticket_id)
);
CREATE TABLE audit.event (
  seq BIGINT GENERATED ALWAYS AS IDENTITY,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  tree_org UUID,
  actor_id UUID,
  actor_org UUID,
  actor_role TEXT NOT NULL,
  login TEXT NOT NULL,
  action TEXT NOT NULL,
  noun TEXT NOT NULL,
  verb TEXT NOT NULL,
  ids UUID[] NOT NULL,
  cases UUID[] DEFAULT '{}'::uuid[] NOT NULL,
  columns TEXT[],
  CONSTRAINT event_pkey PRIMARY KEY (seq)
);
CREATE INDEX event_actor ON audit.event (actor_id, at);
CREATE INDEX event_at ON audit.event (at, seq);
CREATE INDEX event_cases ON audit.event USING gin (cases);
CREATE INDEX event_ids ON audit.event USING gin (ids);
CREATE INDEX event_org ON audit.event (actor_org, at);
CREATE TABLE city.claim_kind (
  code TEXT NOT NULL,
  version INTEGER NOT NULL,
  cause_from DATE NOT NULL,
  cause_to DATE NOT NULL,
  name_ja TEXT NOT NULL,
  name_en TEXT NOT NULL,
  class TEXT NOT NULL,
  legal_basis TEXT NOT NULL,
  claim_group TEXT NOT NULL,
  old_period_years INTEGER NOT NULL,
  new_period_years INTEGER NOT NULL,
  call_centre BOOLEAN NOT NULL,
  servicer BOOLEAN NOT NULL,
  entrusted BOOLEAN DEFAULT true NOT NULL,
  CONSTRAINT claim_kind_pkey PRIMARY KEY (code, version),
  CONSTRAINT claim_kind_gate UNIQUE (code, version, class, cause_from, cause_to),
  CONSTRAINT claim_kind_class_known CHECK (class in ('enforceable_public', 'nonenforceable_public', 'private')),
  CONSTRAINT claim_kind_statute_decides CHECK (class = 'enforceable_public' or (code not in ('101', '102', '103', '104', '105', '106', '107', '108', '109', '110', '111') and (code <> '363' or cause_to < '2018-10-01') and (code <> '378' or cause_to < '2014-07-01')))
);
CREATE TABLE city.intake_line (
  intake_id UUID NOT NULL,
  line INTEGER NOT NULL,
  verdict TEXT NOT NULL,
  reasons TEXT[] NOT NULL,
  warnings TEXT[] NOT NULL,
  kind_code TEXT,
  balance BIGINT,
  CONSTRAINT intake_line_pkey PRIMARY KEY (intake_id, line),
  CONSTRAINT intake_line_refused_keeps_nothing CHECK (verdict not in ('refused', 'rejected') or (kind_code is null and balance is null))
);
CREATE INDEX intake_line_verdict ON city.intake_line (intake_id, verdict, line);
CREATE TABLE city.person (
  id UUID NOT NULL,
  CONSTRAINT person_pkey PRIMARY KEY (id)
);
CREATE TABLE shared.organisation (
  id UUID NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  active_from DATE NOT NULL,
  active_until DATE DEFAULT '9999-12-31'::date NOT NULL,
  CONSTRAINT organisation_pkey PRIMARY KEY (id),
  CONSTRAINT organisation_kind_known CHECK (kind in ('city', 'call_centre', 'servicer', 'law_team'))
);
CREATE UNIQUE INDEX one_city ON shared.organisation ((true)) WHERE kind = 'city';
CREATE TABLE shared.setting (
  id UUID NOT NULL,
  name TEXT NOT NULL,
  valid_from DATE NOT NULL,
  value TEXT NOT NULL,
  audience TEXT NOT NULL,
  CONSTRAINT setting_pkey PRIMARY KEY (id),
  CONSTRAINT setting_name_valid_from_key UNIQUE (name, valid_from),
  CONSTRAINT setting_audience_known CHECK (audience in ('all', 'city'))
);
CREATE TABLE city.debtor (
  id UUID NOT NULL,
  person_id UUID NOT NULL,
  source TEXT NOT NULL,
  number TEXT NOT NULL,
  name TEXT,
  kana TEXT COLLATE "C",
  birth DATE,
  sex TEXT,
  postcode TEXT,
  address TEXT,
  building TEXT,
  phone1 TEXT,
  phone2 TEXT,
  protected BOOLEAN DEFAULT false NOT NULL,
  flags TEXT[] DEFAULT '{}'::text[] NOT NULL,
  CONSTRAINT debtor_pkey PRIMARY KEY (id),
  CONSTRAINT debtor_source_number_key UNIQUE (source, number),
  CONSTRAINT debtor_protected_keeps_keys_only CHECK (not protected or num_nonnulls(name, kana, birth, sex, postcode, address, building, phone1, phone2) = 0),
  CONSTRAINT debtor_person_id_fkey FOREIGN KEY(person_id) REFERENCES city.person (id)
);
CREATE INDEX debtor_person_id ON city.debtor (person_id);
CREATE TABLE shared.account (
  id UUID NOT NULL,
  org_id UUID NOT NULL,
  role TEXT NOT NULL,
  name TEXT NOT NULL,
  employer TEXT,
  tier TEXT DEFAULT 'direct'::text NOT NULL,
  starts DATE NOT NULL,
  ends DATE DEFAULT '9999-12-31'::date NOT NULL,
  CONSTRAINT account_pkey PRIMARY KEY (id),
  CONSTRAINT account_id_org_id_key UNIQUE (id, org_id),
  CONSTRAINT account_role_known CHECK (role in ('agent', 'supervisor', 'lawyer', 'desk', 'welfare', 'auditor', 'admin', 'nightly')),
  CONSTRAINT account_tier_known CHECK (tier in ('direct', 'dispatched', 'subcontracted')),
  CONSTRAINT account_org_id_fkey FOREIGN KEY(org_id) REFERENCES shared.organisation (id)
);
CREATE INDEX account_org_id ON shared.account (org_id);
CREATE TABLE shared.engagement (
  id UUID NOT NULL,
  org_id UUID NOT NULL,
  title TEXT NOT NULL,
  contract_no TEXT NOT NULL,
  starts DATE NOT NULL,
  ends DATE NOT NULL,
  weekday_from TIME WITHOUT TIME ZONE DEFAULT '09:00'::time without time zone NOT NULL,
  weekday_until TIME WITHOUT TIME ZONE DEFAULT '20:00'::time without time zone NOT NULL,
  weekend_from TIME WITHOUT TIME ZONE DEFAULT '09:00'::time without time zone NOT NULL,
  weekend_until TIME WITHOUT TIME ZONE DEFAULT '17:00'::time without time zone NOT NULL,
  CONSTRAINT engagement_pkey PRIMARY KEY (id),
  CONSTRAINT engagement_id_org_id_key UNIQUE (id, org_id),
  CONSTRAINT engagement_dates_in_order CHECK (starts <= ends),
  CONSTRAINT engagement_inside_the_lawful_day CHECK (weekday_from >= '08:00' and weekday_until <= '21:00' and weekend_from >= '08:00' and weekend_until <= '21:00'),
  CONSTRAINT engagement_org_id_fkey FOREIGN KEY(org_id) REFERENCES shared.organisation (id)
);
CREATE TABLE shared.tombstone (
  case_id UUID NOT NULL,
  org_id UUID NOT NULL,
  number TEXT COLLATE "C" NOT NULL,
  ended_at TIMESTAMP WITH TIME ZONE NOT NULL,
  outcome TEXT NOT NULL,
  CONSTRAINT tombstone_pkey PRIMARY KEY (case_id),
  CONSTRAINT tombstone_outcome_known CHECK (outcome in ('returned', 'recalled', 'closed')),
  CONSTRAINT tombstone_org_id_fkey FOREIGN KEY(org_id) REFERENCES shared.organisation (id)
);
CREATE INDEX tombstone_of_org ON shared.tombstone (org_id, ended_at, case_id);
CREATE TABLE access.outbox (
  id UUID NOT NULL,
  org_id UUID NOT NULL,
  account_id UUID NOT NULL,
  action TEXT NOT NULL,
  args JSONB NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  next_at TIMESTAMP WITH TIME ZONE DEFAULT (clock_timestamp() + '00:00:30'::interval) NOT NULL,
  done_at TIMESTAMP WITH TIME ZONE,
  tries INTEGER DEFAULT 0 NOT NULL,
  error TEXT,
  CONSTRAINT outbox_pkey PRIMARY KEY (id),
  CONSTRAINT outbox_org_id_fkey FOREIGN KEY(org_id) REFERENCES shared.organisation (id),
  CONSTRAINT outbox_account_id_fkey FOREIGN KEY(account_id) REFERENCES shared.account (id)
);
CREATE INDEX outbox_due ON access.outbox (next_at, id) WHERE done_at is null;
CREATE TABLE city.approval (
  id UUID NOT NULL,
  action TEXT NOT NULL,
  noun_id UUID NOT NULL,
  reason TEXT NOT NULL,
  asked_by UUID NOT NULL,
  asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
  decided_by UUID,
  decided_at TIMESTAMP WITH TIME ZONE,
  decision TEXT,
  used_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT approval_pkey PRIMARY KEY (id),
  CONSTRAINT approval_never_the_same_account CHECK (decided_by <> asked_by),
  CONSTRAINT approval_decision_known CHECK (decision in ('approved', 'refused')),
  CONSTRAINT approval_decided_by_somebody_at_some_time CHECK (num_nulls(decided_by, decided_at, decision) in (0, 3)),
  CONSTRAINT approval_used_only_when_approved CHECK (used_at is null or decision = 'approved'),
  CONSTRAINT approval_asked_by_fkey FOREIGN KEY(asked_by) REFERENCES shared.account (id),
  CONSTRAINT approval_decided_by_fkey FOREIGN KEY(decided_by) REFERENCES shared.account (id)
);
CREATE INDEX approval_waiting ON city.approval (asked_at, id) WHERE decision is null;
CREATE TABLE city.disclosure (
  id UUID NOT NULL,
  person_id UUID NOT NULL,
  case_id UUID NOT NULL,
  org_id UUID NOT NULL,
  by_id UUID NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  ground TEXT NOT NULL,
  decision_no TEXT NOT NULL,
  fields TEXT[] NOT NULL,
  receivables UUID[] NOT NULL,
  CONSTRAINT disclosure_pkey PRIMARY KEY (id),
  CONSTRAINT disclosure_person_id_fkey FOREIGN KEY(person_id) REFERENCES city.person (id),
  CONSTRAINT disclosure_org_id_fkey FOREIGN KEY(org_id) REFERENCES shared.organisation (id),
  CONSTRAINT disclosure_by_id_fkey FOREIGN KEY(by_id) REFERENCES shared.account (id)
);
CREATE INDEX disclosure_person ON city.disclosure (person_id, at);
CREATE TABLE city.entrustment (
  id UUID NOT NULL,
  engagement_id UUID NOT NULL,
  org_id UUID NOT NULL,
  by_id UUID NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  decision_no TEXT NOT NULL,
  decided_on DATE NOT NULL,
  beside BOOLEAN DEFAULT false NOT NULL,
  cases INTEGER NOT NULL,
  claims INTEGER NOT NULL,
  total BIGINT NOT NULL,
  CONSTRAINT entrustment_pkey PRIMARY KEY (id),
  CONSTRAINT entrustment_engagement_id_org_id_fkey FOREIGN KEY(engagement_id, org_id) REFERENCES shared.engagement (id, org_id),
  CONSTRAINT entrustment_org_id_fkey FOREIGN KEY(org_id) REFERENCES shared.organisation (id),
  CONSTRAINT entrustment_by_id_fkey FOREIGN KEY(by_id) REFERENCES shared.account (id)
);
CREATE INDEX entrustment_recent ON city.entrustment (at, id);
CREATE TABLE city.hold (
  id UUID NOT NULL,
  person_id UUID NOT NULL,
  kind TEXT NOT NULL,
  source_id UUID NOT NULL,
  source_org UUID NOT NULL,
  by_id UUID NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  lifted_at TIMESTAMP WITH TIME ZONE,
  lifted_by UUID,
  lift_reason TEXT,
  CONSTRAINT hold_pkey PRIMARY KEY (id),
  CONSTRAINT hold_kind_known CHECK (kind in ('referral', 'return', 'attempt', 'protection', 'desk')),
  CONSTRAINT hold_lifted_by_somebody CHECK ((lifted_at is null) = (lifted_by is null)),
  CONSTRAINT hold_person_id_fkey FOREIGN KEY(person_id) REFERENCES city.person (id),
  CONSTRAINT hold_source_id_key UNIQUE (source_id),
  CONSTRAINT hold_source_org_fkey FOREIGN KEY(source_org) REFERENCES shared.organisation (id),
  CONSTRAINT hold_by_id_fkey FOREIGN KEY(by_id) REFERENCES shared.account (id),
  CONSTRAINT hold_lifted_by_fkey FOREIGN KEY(lifted_by) REFERENCES shared.account (id)
);
CREATE INDEX hold_live ON city.hold (person_id) WHERE lifted_at is null;
CREATE INDEX hold_person ON city.hold (person_id, at);
CREATE TABLE city.intake (
  id UUID NOT NULL,
  org_id UUID NOT NULL,
  by_id UUID NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  file_name TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  source TEXT NOT NULL,
  as_of DATE NOT NULL,
  whole BOOLEAN NOT NULL,
  state TEXT NOT NULL,
  trouble TEXT,
  encoding TEXT,
  lines INTEGER DEFAULT 0 NOT NULL,
  totals JSONB,
  ticket_id UUID,
  checked_at TIMESTAMP WITH TIME ZONE,
  loaded_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT intake_pkey PRIMARY KEY (id),
  CONSTRAINT intake_state_known CHECK (state in ('uploaded', 'checked', 'loading', 'loaded', 'cancelled', 'unreadable')),
  CONSTRAINT intake_org_id_fkey FOREIGN KEY(org_id) REFERENCES shared.organisation (id),
  CONSTRAINT intake_by_id_fkey FOREIGN KEY(by_id) REFERENCES shared.account (id)
);
CREATE INDEX intake_recent ON city.intake (at, id);
CREATE TABLE city.receipt (
  id UUID NOT NULL,
  org_id UUID NOT NULL,
  case_id UUID NOT NULL,
  by_id UUID NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  rule TEXT NOT NULL,
  facts TEXT NOT NULL,
  verdict TEXT NOT NULL,
  reasons TEXT[] NOT NULL,
  CONSTRAINT receipt_pkey PRIMARY KEY (id),
  CONSTRAINT receipt_by_id_fkey FOREIGN KEY(by_id) REFERENCES shared.account (id)
);
CREATE INDEX receipt_case ON city.receipt (case_id, at);
CREATE TABLE shared.casefile (
  id UUID NOT NULL,
  org_id UUID NOT NULL,
  engagement_id UUID NOT NULL,
  number TEXT COLLATE "C" NOT NULL,
  state TEXT DEFAULT 'open'::text NOT NULL,
  held_at TIMESTAMP WITH TIME ZONE,
  placed_on DATE NOT NULL,
  balance BIGINT DEFAULT 0 NOT NULL,
  claims INTEGER DEFAULT 0 NOT NULL,
  oldest_due DATE,
  paid_through DATE NOT NULL,
  has_phone BOOLEAN NOT NULL,
  tries INTEGER DEFAULT 0 NOT NULL,
  last_at TIMESTAMP WITH TIME ZONE,
  band SMALLINT DEFAULT 50 NOT NULL,
  reason TEXT DEFAULT 'ordinary'::text NOT NULL,
  next_at TIMESTAMP WITH TIME ZONE NOT NULL,
  version INTEGER DEFAULT 1 NOT NULL,
  leased_by UUID,
  leased_until TIMESTAMP WITH TIME ZONE,
  fence INTEGER DEFAULT 0 NOT NULL,
  CONSTRAINT casefile_pkey PRIMARY KEY (id),
  CONSTRAINT casefile_id_org_id_key UNIQUE (id, org_id),
  CONSTRAINT casefile_engagement_id_number_key UNIQUE (engagement_id, number),
  CONSTRAINT casefile_state_known CHECK (state in ('open', 'returned', 'closed', 'recalled')),
  CONSTRAINT casefile_balance_not_negative CHECK (balance >= 0),
  CONSTRAINT casefile_org_id_fkey FOREIGN KEY(org_id) REFERENCES shared.organisation (id),
  CONSTRAINT casefile_engagement_id_fkey FOREIGN KEY(engagement_id) REFERENCES shared.engagement (id),
  CONSTRAINT casefile_leased_by_fkey FOREIGN KEY(leased_by) REFERENCES shared.account (id)
);
CREATE INDEX casefile_leased ON shared.casefile (leased_by) WHERE leased_by is not null;
CREATE INDEX casefile_of_org ON shared.casefile (org_id, id);
CREATE INDEX casefile_worklist ON shared.casefile (org_id, band, next_at, id) WHERE state = 'open' and held_at is null;
CREATE TABLE city.placement (
  case_id UUID NOT NULL,
  org_id UUID NOT NULL,
  engagement_id UUID NOT NULL,
  entrustment_id UUID NOT NULL,
  person_id UUID NOT NULL,
  lane TEXT DEFAULT 'sole'::text NOT NULL,
  placed_at TIMESTAMP WITH TIME ZONE NOT NULL,
  ended_at TIMESTAMP WITH TIME ZONE,
  end_reason TEXT,
  CONSTRAINT placement_pkey PRIMARY KEY (case_id),
  CONSTRAINT placement_engagement_id_org_id_fkey FOREIGN KEY(engagement_id, org_id) REFERENCES shared.engagement (id, org_id),
  CONSTRAINT placement_lane_known CHECK (lane in ('sole', 'beside')),
  CONSTRAINT placement_ended_with_reason CHECK ((ended_at is null) = (end_reason is null)),
  CONSTRAINT placement_case_id_fkey FOREIGN KEY(case_id) REFERENCES shared.casefile (id),
  CONSTRAINT placement_org_id_fkey FOREIGN KEY(org_id) REFERENCES shared.organisation (id),
  CONSTRAINT placement_entrustment_id_fkey FOREIGN KEY(entrustment_id) REFERENCES city.entrustment (id),
  CONSTRAINT placement_person_id_fkey FOREIGN KEY(person_id) REFERENCES city.person (id)
);
CREATE UNIQUE INDEX one_live_case_per_person ON city.placement (person_id, lane) WHERE ended_at is null;
CREATE INDEX placement_entrustment_id ON city.placement (entrustment_id);
CREATE INDEX placement_of_partner ON city.placement (org_id, placed_at, case_id);
CREATE INDEX placement_person_id ON city.placement (person_id);
CREATE TABLE city.receivable (
  id UUID NOT NULL,
  debtor_id UUID NOT NULL,
  kind_code TEXT NOT NULL,
  kind_version INTEGER NOT NULL,
  class TEXT NOT NULL,
  cause_from DATE NOT NULL,
  cause_to DATE NOT NULL,
  cause_on DATE,
  fiscal_year TEXT NOT NULL,
  instalment TEXT NOT NULL,
  branch TEXT NOT NULL,
  notice_no TEXT,
  summary TEXT,
  assessed BIGINT NOT NULL,
  paid BIGINT NOT NULL,
  balance BIGINT GENERATED ALWAYS AS (assessed - paid) STORED NOT NULL,
  late_charge BIGINT DEFAULT 0 NOT NULL,
  demand_fee BIGINT DEFAULT 0 NOT NULL,
  due_on DATE NOT NULL,
  last_day DATE NOT NULL,
  verdict TEXT NOT NULL,
  reasons TEXT[] DEFAULT '{}'::text[] NOT NULL,
  warnings TEXT[] DEFAULT '{}'::text[] NOT NULL,
  memo TEXT,
  as_of DATE NOT NULL,
  intake_id UUID NOT NULL,
  CONSTRAINT receivable_pkey PRIMARY KEY (id),
  CONSTRAINT receivable_debtor_id_kind_code_fiscal_year_instalment_b_2143 UNIQUE (debtor_id, kind_code, fiscal_year, instalment, branch),
  CONSTRAINT receivable_gate FOREIGN KEY(kind_code, kind_version, class, cause_from, cause_to) REFERENCES city.claim_kind (code, version, class, cause_from, cause_to) MATCH FULL,
  CONSTRAINT receivable_court_route_only CHECK (class in ('nonenforceable_public', 'private')),
  CONSTRAINT receivable_cause_decides_version CHECK (case when cause_on is null then cause_from = '0001-01-01' and cause_to = '9999-12-31' else cause_on between cause_from and cause_to end),
  CONSTRAINT receivable_amounts_possible CHECK (assessed >= 0 and paid between 0 and assessed),
  CONSTRAINT receivable_verdict_known CHECK (verdict in ('accepted', 'excluded')),
  CONSTRAINT receivable_debtor_id_fkey FOREIGN KEY(debtor_id) REFERENCES city.debtor (id),
  CONSTRAINT receivable_intake_id_fkey FOREIGN KEY(intake_id) REFERENCES city.intake (id)
);
CREATE INDEX receivable_placeable ON city.receivable (kind_code, due_on, id) WHERE verdict = 'accepted';
CREATE TABLE shared.attempt (
  id UUID NOT NULL,
  org_id UUID NOT NULL,
  case_id UUID NOT NULL,
  by_id UUID NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  channel TEXT NOT NULL,
  state TEXT DEFAULT 'done'::text NOT NULL,
  number TEXT,
  result TEXT,
  outcome TEXT,
  identified TEXT[] DEFAULT '{}'::text[] NOT NULL,
  note TEXT,
  next_on DATE,
  next_from TIME WITHOUT TIME ZONE,
  next_until TIME WITHOUT TIME ZONE,
  stops BOOLEAN DEFAULT false NOT NULL,
  letter_kind TEXT,
  address TEXT,
  returned_on DATE,
  returned_reason TEXT,
  verdict TEXT NOT NULL,
  reasons TEXT[] DEFAULT '{}'::text[] NOT NULL,
  breach BOOLEAN DEFAULT false NOT NULL,
  CONSTRAINT attempt_pkey PRIMARY KEY (id),
  CONSTRAINT attempt_case_id_org_id_fkey FOREIGN KEY(case_id, org_id) REFERENCES shared.casefile (id, org_id) ON UPDATE CASCADE,
  CONSTRAINT attempt_channel_known CHECK (channel in ('call', 'incoming', 'letter')),
  CONSTRAINT attempt_state_known CHECK (state in ('open', 'done')),
  CONSTRAINT attempt_verdict_known CHECK (verdict in ('yes', 'soft', 'no')),
  CONSTRAINT attempt_letter_has_kind CHECK (channel <> 'letter' or letter_kind is not null),
  CONSTRAINT attempt_returned_with_reason CHECK ((returned_on is null) = (returned_reason is null)),
  CONSTRAINT attempt_by_id_fkey FOREIGN KEY(by_id) REFERENCES shared.account (id)
);
CREATE INDEX attempt_breach ON shared.attempt (at, id) WHERE breach;
CREATE INDEX attempt_case ON shared.attempt (case_id, at);
CREATE INDEX attempt_day ON shared.attempt (org_id, at);
CREATE UNIQUE INDEX attempt_one_line ON shared.attempt (by_id) WHERE state = 'open';
CREATE TABLE shared.claim (
  id UUID NOT NULL,
  org_id UUID NOT NULL,
  case_id UUID NOT NULL,
  kind_code TEXT NOT NULL,
  kind_name TEXT NOT NULL,
  class TEXT NOT NULL,
  legal_basis TEXT NOT NULL,
  fiscal_year TEXT,
  instalment TEXT,
  notice_no TEXT,
  summary TEXT,
  assessed BIGINT NOT NULL,
  late_charge BIGINT DEFAULT 0 NOT NULL,
  demand_fee BIGINT DEFAULT 0 NOT NULL,
  balance BIGINT NOT NULL,
  due_on DATE NOT NULL,
  last_day DATE,
  CONSTRAINT claim_pkey PRIMARY KEY (id),
  CONSTRAINT claim_case_id_org_id_fkey FOREIGN KEY(case_id, org_id) REFERENCES shared.casefile (id, org_id) ON UPDATE CASCADE
);
CREATE INDEX claim_case_id ON shared.claim (case_id);
CREATE TABLE shared.contactee (
  case_id UUID NOT NULL,
  org_id UUID NOT NULL,
  name TEXT NOT NULL,
  kana TEXT COLLATE "C" NOT NULL,
  birth DATE,
  sex TEXT,
  postcode TEXT,
  address TEXT,
  building TEXT,
  phone1 TEXT,
  phone2 TEXT,
  care TEXT[] DEFAULT '{}'::text[] NOT NULL,
  CONSTRAINT contactee_pkey PRIMARY KEY (case_id),
  CONSTRAINT contactee_case_id_org_id_fkey FOREIGN KEY(case_id, org_id) REFERENCES shared.casefile (id, org_id) ON UPDATE CASCADE
);
CREATE INDEX contactee_kana ON shared.contactee (org_id, kana);
CREATE TABLE shared.referral (
  id UUID NOT NULL,
  org_id UUID NOT NULL,
  case_id UUID NOT NULL,
  by_id UUID NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  noticed_by TEXT NOT NULL,
  urgency TEXT NOT NULL,
  boxes TEXT[] NOT NULL,
  worst TEXT,
  words TEXT NOT NULL,
  consent TEXT NOT NULL,
  consent_scope TEXT,
  safe_times TEXT,
  safe_phone TEXT,
  voicemail_ok BOOLEAN DEFAULT false NOT NULL,
  received_at TIMESTAMP WITH TIME ZONE,
  outcome TEXT,
  CONSTRAINT referral_pkey PRIMARY KEY (id),
  CONSTRAINT referral_case_id_org_id_fkey FOREIGN KEY(case_id, org_id) REFERENCES shared.casefile (id, org_id) ON UPDATE CASCADE,
  CONSTRAINT referral_urgency_known CHECK (urgency in ('emergency', 'high', 'medium')),
  CONSTRAINT referral_consent_known CHECK (consent in ('none', 'oral', 'written')),
  CONSTRAINT referral_noticed_known CHECK (noticed_by in ('call', 'letter', 'consultation')),
  CONSTRAINT referral_some_box CHECK (cardinality(boxes) > 0),
  CONSTRAINT referral_outcome_known CHECK (outcome in ('working', 'resumed', 'withdrawn')),
  CONSTRAINT referral_by_id_fkey FOREIGN KEY(by_id) REFERENCES shared.account (id)
);
CREATE INDEX referral_case_id ON shared.referral (case_id);
CREATE INDEX referral_new ON shared.referral (urgency, at, id) WHERE received_at is null;
CREATE TABLE shared.return (
  id UUID NOT NULL,
  org_id UUID NOT NULL,
  case_id UUID NOT NULL,
  by_id UUID NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  reason TEXT NOT NULL,
  note TEXT,
  state TEXT DEFAULT 'sent'::text NOT NULL,
  answered_at TIMESTAMP WITH TIME ZONE,
  answered_by UUID,
  answer TEXT,
  CONSTRAINT return_pkey PRIMARY KEY (id),
  CONSTRAINT return_case_id_org_id_fkey FOREIGN KEY(case_id, org_id) REFERENCES shared.casefile (id, org_id) ON UPDATE CASCADE,
  CONSTRAINT return_state_known CHECK (state in ('sent', 'accepted', 'asked_back')),
  CONSTRAINT return_by_id_fkey FOREIGN KEY(by_id) REFERENCES shared.account (id),
  CONSTRAINT return_answered_by_fkey FOREIGN KEY(answered_by) REFERENCES shared.account (id)
);
CREATE INDEX return_case_id ON shared.return (case_id);
CREATE INDEX return_waiting ON shared.return (at, id) WHERE state = 'sent';
CREATE TABLE shared.review (
  id UUID NOT NULL,
  org_id UUID NOT NULL,
  case_id UUID NOT NULL,
  by_id UUID NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  decision TEXT NOT NULL,
  reasons TEXT NOT NULL,
  state TEXT DEFAULT 'decided'::text NOT NULL,
  answered_at TIMESTAMP WITH TIME ZONE,
  answered_by UUID,
  answer TEXT,
  CONSTRAINT review_pkey PRIMARY KEY (id),
  CONSTRAINT review_case_id_org_id_fkey FOREIGN KEY(case_id, org_id) REFERENCES shared.casefile (id, org_id) ON UPDATE CASCADE,
  CONSTRAINT review_decision_known CHECK (decision in ('payment_order', 'lawsuit', 'negotiate', 'stop_collection', 'welfare', 'inquire', 'return')),
  CONSTRAINT review_state_known CHECK (state in ('decided', 'accepted', 'sent_back')),
  CONSTRAINT review_by_id_fkey FOREIGN KEY(by_id) REFERENCES shared.account (id),
  CONSTRAINT review_answered_by_fkey FOREIGN KEY(answered_by) REFERENCES shared.account (id)
);
CREATE INDEX review_case_id ON shared.review (case_id);
CREATE INDEX review_waiting ON shared.review (at, id) WHERE state = 'decided';
CREATE TABLE city.assessment (
  id UUID NOT NULL,
  referral_id UUID NOT NULL,
  by_id UUID NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  kind TEXT NOT NULL,
  body TEXT NOT NULL,
  CONSTRAINT assessment_pkey PRIMARY KEY (id),
  CONSTRAINT assessment_kind_known CHECK (kind in ('contact', 'assessment', 'stage', 'outcome')),
  CONSTRAINT assessment_referral_id_fkey FOREIGN KEY(referral_id) REFERENCES shared.referral (id),
  CONSTRAINT assessment_by_id_fkey FOREIGN KEY(by_id) REFERENCES shared.account (id)
);
CREATE INDEX assessment_referral_id ON city.assessment (referral_id);
CREATE TABLE city.care (
  referral_id UUID NOT NULL,
  state TEXT NOT NULL,
  received_at TIMESTAMP WITH TIME ZONE NOT NULL,
  received_by UUID NOT NULL,
  acknowledge_by TIMESTAMP WITH TIME ZONE NOT NULL,
  answer_by TIMESTAMP WITH TIME ZONE NOT NULL,
  decided_at TIMESTAMP WITH TIME ZONE,
  decided_by UUID,
  decline_reason TEXT,
  stage TEXT,
  outcome TEXT,
  closed_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT care_pkey PRIMARY KEY (referral_id),
  CONSTRAINT care_state_known CHECK (state in ('received', 'accepted', 'declined', 'closed')),
  CONSTRAINT care_declined_with_reason CHECK ((state = 'declined') = (decline_reason is not null)),
  CONSTRAINT care_referral_id_fkey FOREIGN KEY(referral_id) REFERENCES shared.referral (id),
  CONSTRAINT care_received_by_fkey FOREIGN KEY(received_by) REFERENCES shared.account (id),
  CONSTRAINT care_decided_by_fkey FOREIGN KEY(decided_by) REFERENCES shared.account (id)
);
CREATE INDEX care_state ON city.care (state, answer_by, referral_id);
CREATE TABLE city.placement_line (
  claim_id UUID NOT NULL,
  case_id UUID NOT NULL,
  receivable_id UUID NOT NULL,
  lane TEXT DEFAULT 'sole'::text NOT NULL,
  ended_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT placement_line_pkey PRIMARY KEY (claim_id),
  CONSTRAINT placement_line_claim_id_fkey FOREIGN KEY(claim_id) REFERENCES shared.claim (id),
  CONSTRAINT placement_line_case_id_fkey FOREIGN KEY(case_id) REFERENCES city.placement (case_id),
  CONSTRAINT placement_line_receivable_id_fkey FOREIGN KEY(receivable_id) REFERENCES city.receivable (id)
);
CREATE UNIQUE INDEX one_live_line_per_claim ON city.placement_line (receivable_id, lane) WHERE ended_at is null;
CREATE INDEX placement_line_case_id ON city.placement_line (case_id);
CREATE INDEX placement_line_receivable_id ON city.placement_line (receivable_id);
CREATE TABLE city.receivable_event (
  id UUID NOT NULL,
  receivable_id UUID NOT NULL,
  kind TEXT NOT NULL,
  happened_on DATE NOT NULL,
  CONSTRAINT receivable_event_pkey PRIMARY KEY (id),
  CONSTRAINT receivable_event_kind_known CHECK (kind in ('demand', 'acknowledgement', 'judgment')),
  CONSTRAINT receivable_event_receivable_id_kind_happened_on_key UNIQUE (receivable_id, kind, happened_on),
  CONSTRAINT receivable_event_receivable_id_fkey FOREIGN KEY(receivable_id) REFERENCES city.receivable (id)
);
CREATE INDEX receivable_event_receivable_id ON city.receivable_event (receivable_id);
CREATE TABLE shared.claim_event (
  id UUID NOT NULL,
  org_id UUID NOT NULL,
  case_id UUID NOT NULL,
  claim_id UUID NOT NULL,
  kind TEXT NOT NULL,
  happened_on DATE NOT NULL,
  CONSTRAINT claim_event_pkey PRIMARY KEY (id),
  CONSTRAINT claim_event_case_id_org_id_fkey FOREIGN KEY(case_id, org_id) REFERENCES shared.casefile (id, org_id) ON UPDATE CASCADE,
  CONSTRAINT claim_event_kind_known CHECK (kind in ('demand', 'acknowledgement', 'judgment')),
  CONSTRAINT claim_event_claim_id_fkey FOREIGN KEY(claim_id) REFERENCES shared.claim (id)
);
CREATE INDEX claim_event_case_id ON shared.claim_event (case_id);
create table gate.credential (
  account_id uuid primary key references shared.account, login text not null unique, password_hash text, totp bytea,
  last_step bigint not null default 0, failed int not null default 0, locked_until timestamptz);
create table gate.session (
  id uuid primary key default gen_random_uuid(), token_hash bytea not null unique,
  account_id uuid not null references shared.account, org_id uuid not null references shared.organisation,
  opened_at timestamptz not null, expires_at timestamptz not null, ended_at timestamptz);
create table gate.enrolment (
  token_hash bytea primary key, account_id uuid not null references shared.account, expires_at timestamptz not null,
  used_at timestamptz);
create table gate.secret (one boolean primary key default true check (one), key bytea not null);
create table gate.deployment (one boolean primary key default true check (one), test_clock boolean not null default false);
insert into gate.secret (key) values (sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())));
insert into gate.deployment default values;
-- COPY's target: a table with row security refuses COPY. Granted to the desk, emptied by every load.
create unlogged table city.intake_stage (
  intake_id uuid not null, line int not null, source text not null, number text not null, name text, kana text, birth date,
  sex text, postcode text, address text, building text, phone1 text, phone2 text, protected boolean not null,
  flags text[] not null, kind_code text not null, kind_version int not null, class text not null, cause_from date not null,
  cause_to date not null, cause_on date, fiscal_year text not null, instalment text not null, branch text not null,
  notice_no text, summary text, assessed bigint not null, paid bigint not null, late_charge bigint not null,
  demand_fee bigint not null, due_on date not null, last_day date not null, demanded_on date, acknowledged_on date,
  judged_on date, verdict text not null, reasons text[] not null, warnings text[] not null, memo text);
create index intake_stage_key on city.intake_stage (intake_id, source, number);
